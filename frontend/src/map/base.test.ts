import type { Map as MapLibre, StyleSpecification } from "maplibre-gl";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetchBaseMaps, fetchFragment } from "../api/basemaps";
import { baseCredit, baseFault } from "../state/basemap";
import { START, view } from "../state/store";
import { bindBase, shadeOf, type Base } from "./base";

vi.mock("maplibre-gl", () => ({ addProtocol: vi.fn() }));
vi.mock("../api/basemaps", () => ({ fetchBaseMaps: vi.fn(), fetchFragment: vi.fn() }));

const style: StyleSpecification = { version: 8, sources: {}, layers: [{ id: "background", type: "background" }] };
const listed = { id: "anh", kind: "xyz", title: { vi: "Ảnh", en: "Imagery" }, attribution: "© An", minzoom: 0 };
const fragment = { sources: {}, layers: [{ id: "base:anh:picture", type: "background" }] };
const at = { sourceId: "base:anh:main", error: new Error("no") };

let heard: Record<string, (event: unknown) => void>;
let base: Base;
const redraw = vi.fn();
const drawn = (): string[] => base.dress(style).layers.map((layer) => layer.id);

beforeEach(() => {
  vi.mocked(fetchBaseMaps).mockResolvedValue({ basemaps: [listed], own: [], paper: [] } as never);
  vi.mocked(fetchFragment).mockResolvedValue(fragment as never);
  heard = {};
  const map = {
    on: (name: string, listener: (event: unknown) => void) => (heard[name] = listener),
    off: (name: string) => Reflect.deleteProperty(heard, name),
  };
  view.set({ ...START, base: "anh" });
  base = bindBase(map as unknown as MapLibre, view, redraw);
});
afterEach(() => base.close());

test("the map of the link is laid under the data, and who made it is named", async () => {
  await vi.waitFor(() => expect(drawn()).toEqual(["background", "base:anh:picture"]));

  expect(baseCredit.get()).toBe("© An");
  view.set(START);
  expect(drawn()).toEqual(["background"]);
  expect(baseCredit.get()).toBeNull();
});

test("one that fails three times in a row is given up, said, and tried again when asked", async () => {
  await vi.waitFor(() => expect(drawn()).toHaveLength(2));

  for (let turn = 0; turn < 3; turn += 1) expect(base.failed(at)).toBe(true);

  expect(drawn()).toEqual(["background"]);
  expect(baseFault.get()?.title.vi).toBe("Ảnh");
  baseFault.get()?.again();
  expect(baseFault.get()).toBeNull();
  await vi.waitFor(() => expect(drawn()).toHaveLength(2));
});

test("single faults among tiles that come are forgiven", async () => {
  await vi.waitFor(() => expect(drawn()).toHaveLength(2));

  for (let turn = 0; turn < 6; turn += 1) {
    base.failed(at);
    heard.sourcedata?.({ sourceId: "base:anh:main", tile: {} });
  }
  heard.idle?.({});

  expect(baseFault.get()).toBeNull();
});

test("at rest without a single tile it is given up at once", async () => {
  await vi.waitFor(() => expect(drawn()).toHaveLength(2));

  base.failed(at);
  heard.idle?.({});

  expect(drawn()).toEqual(["background"]);
});

test("a name nobody offers is said, and faults of our own tiles are not the base map's", async () => {
  view.set({ ...START, base: "khong-co" });

  await vi.waitFor(() => expect(baseFault.get()?.title.vi).toBe("khong-co"));
  const ours = Object.assign(new Error("no"), { url: `${location.origin}/tiles/a/1/1/1.mvt` });
  expect(base.failed({ sourceId: "a", error: ours })).toBe(false);
});

test("paper is our own base map in the colours of print", () => {
  expect(shadeOf({ ...START, base: "paper" }, "dark")).toBe("print");
  expect(shadeOf(START, "dark")).toBe("dark");
});
