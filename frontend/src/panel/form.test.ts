import { describe, expect, it } from "vitest";
import type { FormField } from "../api/types";
import { faultsOf, filled } from "./form";

const field = (name: string, more: Partial<FormField> = {}): FormField => ({
  name,
  type: "text",
  title: name,
  ...more,
});

describe("a form", () => {
  it("names every field that is not right", () => {
    const fields = [
      field("a", { required: true }),
      field("b", { type: "number", min: 1, max: 5 }),
      field("c", { max_length: 3 }),
      field("d"),
    ];

    expect(Object.keys(faultsOf(fields, { b: 9, c: "dài quá" }))).toEqual(["a", "b", "c"]);
    expect(faultsOf(fields, { a: "x", b: 5, c: "ba" })).toEqual({});
  });

  it("sends zero and false, not what was left empty", () => {
    expect(filled({ a: 0, b: false, c: "", d: null })).toEqual({ a: 0, b: false });
  });
});
