/** How a series is told from the others: by colour and by a second sign. */

import { token } from "../../style/token";
import type { Column } from "./data";

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [14, 4]];

export const dashOf = (series: number): readonly number[] => DASHES[series % DASHES.length] ?? [];

export const colorOf = (column: Pick<Column, "color" | "series" | "limit">): string =>
  column.limit ? token("--danger") : (column.color ?? token(`--chart-${(column.series % 8) + 1}`));
