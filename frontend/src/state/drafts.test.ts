import { beforeEach, describe, expect, it } from "vitest";
import { dropDraft, keepDraft, readDraft } from "./drafts";

describe("a draft", () => {
  beforeEach(() => sessionStorage.clear());

  it("is there again after a reload", () => {
    keepDraft("layer/1/edit", { name: "Trường mới", pupils: null, open: false });

    expect(readDraft("layer/1/edit")).toEqual({ name: "Trường mới", pupils: null, open: false });
    expect(readDraft("layer/2/edit")).toBeNull();
  });

  it("leaves files out", () => {
    keepDraft("a", { photo: new File(["x"], "x.jpg"), note: "a" });

    expect(readDraft("a")).toEqual({ note: "a" });
  });

  it("is gone once dropped", () => {
    keepDraft("a", { note: "a" });
    dropDraft("a");

    expect(readDraft("a")).toBeNull();
  });

  it("that an older release wrote is passed over", () => {
    sessionStorage.setItem("geo_ioc.draft.a", "{");

    expect(readDraft("a")).toBeNull();
  });
});
