import { describe, expect, it } from "vitest";
import { sampleField } from "../api/samples";
import { faultsOf, filled } from "./form";

describe("a form", () => {
  it("names every field that is not right", () => {
    const fields = [
      sampleField("a", { required: true }),
      sampleField("b", { type: "number", min: 1, max: 5 }),
      sampleField("c", { max_length: 3 }),
      sampleField("d"),
    ];

    expect(Object.keys(faultsOf(fields, { b: 9, c: "dài quá" }))).toEqual(["a", "b", "c"]);
    expect(faultsOf(fields, { a: "x", b: 5, c: "ba" })).toEqual({});
  });

  it("sends zero and false, not what was left empty", () => {
    expect(filled({ a: 0, b: false, c: "", d: null })).toEqual({ a: 0, b: false });
  });
});
