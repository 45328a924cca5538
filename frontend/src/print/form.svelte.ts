/** What the person typed for a sheet: kept while the page lives, so that closing the dialogue loses nothing. */

import type { SheetOrder } from "../api/sheets";
import { patterns } from "../state/preferences";

type Form = {
  -readonly [Name in "title" | "note" | "paper" | "orientation" | "format" | "legend" | "patterns"]: SheetOrder[Name];
} & {
  scale: number;
};

export const sheetForm = $state<Form>({
  title: "",
  note: "",
  paper: "a4",
  orientation: "portrait",
  format: "pdf",
  legend: true,
  patterns: patterns.get(),
  scale: 10_000,
});
