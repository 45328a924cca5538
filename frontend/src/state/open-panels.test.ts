import { expect, test } from "vitest";
import { bindPanels, closePanel, openPanels } from "./open-panels";
import { START, view } from "./store";

test("a panel that is closed stays closed, and the one pinned beside it comes forward", () => {
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
