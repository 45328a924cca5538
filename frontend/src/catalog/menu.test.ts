import { describe, expect, it } from "vitest";
import { sampleLayer } from "../api/samples";
import type { Catalog, Layer } from "../api/types";
import { markOf, menuOf } from "./menu";

const layer = (id: string, group: string, more: Partial<Layer> = {}): Layer =>
  sampleLayer(id, { group, title: { vi: `Lớp ${id}`, en: `Layer ${id}` }, ...more });
const title = (text: string): { vi: string; en: string } => ({ vi: text, en: text });
const CATALOG: Catalog = {
  groups: [
    { id: "two", title: title("Hai") },
    { id: "one", title: title("Một") },
    { id: "empty", title: title("Rỗng") },
  ],
  layers: [
    layer("a", "one"),
    layer("b", "two", { title: { vi: "Trường học", en: "Schools" } }),
    layer("c", "stray", { group_title: title("Lạc") }),
    layer("d", "one", { base: true }),
  ],
};

describe("the layer menu", () => {
  it("keeps the catalog's order of groups, leaves out empty ones, and sets the base map apart", () => {
    const menu = menuOf(CATALOG);

    expect(menu.groups.map((group) => group.id)).toEqual(["two", "one", "stray"]);
    expect(menu.groups[1]?.layers.map(({ id }) => id)).toEqual(["a"]);
    expect(menu.base.map(({ id }) => id)).toEqual(["d"]);
  });

  it("shows a group the catalog forgot to list under its own title", () => {
    expect(menuOf(CATALOG).groups[2]?.title.vi).toBe("Lạc");
  });

  it("narrows without accents, in either language", () => {
    expect(menuOf(CATALOG, "truong").groups.flatMap((group) => group.layers.map(({ id }) => id))).toEqual(["b"]);
    expect(menuOf(CATALOG, "SCHOOL").groups).toHaveLength(1);
    expect(menuOf(CATALOG, "không có").groups).toEqual([]);
  });

  it("takes a layer's sign from its legend, else from its geometry", () => {
    const styled = layer("a", "one", { legend: { s: [{ title: title("x"), color: "#123456", shape: "diamond" }] } });

    expect(markOf(styled, "s")).toEqual({ shape: "diamond", color: "#123456", icon: null });
    expect(markOf(layer("l", "one", { geometry: "line" }), null).shape).toBe("line");
  });
});
