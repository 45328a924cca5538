import { beforeEach, describe, expect, it } from "vitest";
import {
  bindPanels,
  closePanel,
  openPanels,
  panelColumns,
  pinPanel,
  replacePanel,
  type OpenPanel,
} from "./open-panels";
import { START, view } from "./store";

const panel = (id: string, pinned = false): OpenPanel => ({
  feature: { layer: "a", id, cell: false },
  pinned,
  status: "ready",
  panel: null,
  error: null,
});

function wide(px: number): number {
  Object.defineProperty(window, "innerWidth", { value: px, configurable: true });
  dispatchEvent(new Event("resize"));
  return panelColumns.get();
}

describe("open panels", () => {
  beforeEach(() => {
    view.set(START);
    openPanels.set([panel("1"), panel("2"), panel("3")]);
  });

  it("stand side by side from 1600 pixels, as many as leave the map its place", () => {
    expect([1024, 1599, 1600, 1920, 2560].map(wide)).toEqual([1, 1, 2, 2, 3]);
    openPanels.set([panel("1")]);
    expect(wide(2560)).toBe(1);
  });

  it("say in the address which are pinned", () => {
    view.set({ ...START, selection: { layer: "a", id: "1", cell: false } });
    pinPanel({ layer: "a", id: "2", cell: false }, true);
    expect(view.get().pinned.map((feature) => feature.id)).toEqual(["2"]);

    closePanel({ layer: "a", id: "2", cell: false });
    expect(view.get().pinned).toEqual([]);
  });

  it("go over to what a feature became, in its place, with its pin", () => {
    const [was, became] = ["2", "9"].map((id) => ({ layer: "a", id, cell: false }));
    if (!was || !became) throw new Error("two features");
    view.set({ ...START, selection: was });
    pinPanel(was, true);

    replacePanel(was, became);

    expect(openPanels.get().map(({ feature, pinned }) => [feature.id, pinned])).toEqual([
      ["1", false],
      ["9", true],
      ["3", false],
    ]);
    expect(view.get()).toMatchObject({ selection: became, pinned: [became] });
  });

  it("are pinned up to eight, and more is told", () => {
    openPanels.set(["1", "2", "3", "4", "5", "6", "7", "8"].map((id) => panel(id, true)).concat(panel("9")));

    expect(pinPanel({ layer: "a", id: "9", cell: false }, true)).toBe(false);
    expect(view.get().pinned).toEqual([]);
    expect(pinPanel({ layer: "a", id: "1", cell: false }, false)).toBe(true);
    expect(view.get().pinned).toHaveLength(7);
  });

  it("stay closed once they are closed, and the one pinned beside comes forward", () => {
    const [pinned, front] = ["1", "2"].map((id) => ({ layer: "any", id, cell: false }));
    if (!pinned || !front) throw new Error("two features");
    view.set({ ...START, selection: front, pinned: [pinned] });
    const stop = bindPanels();
    expect(openPanels.get().map((open) => open.feature)).toEqual([pinned, front]);

    closePanel(front);
    expect(view.get().selection).toEqual(pinned);
    closePanel(pinned);

    expect(openPanels.get()).toEqual([]);
    expect(view.get().selection).toBeNull();
    expect(view.get().pinned).toEqual([]);
    stop();
  });
});
