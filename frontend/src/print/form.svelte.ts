/** What the person typed for a sheet: kept while the page lives, so that closing the dialogue loses nothing. */

import type { SheetOrder } from "../api/sheets";

type Form = {
  -readonly [Name in "title" | "note" | "paper" | "orientation" | "format" | "legend"]: SheetOrder[Name];
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
  scale: 10_000,
});
