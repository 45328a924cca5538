/** How much room there is: what the layout follows. */

import { cell, type Readable } from "../state/cell";

export type Screen = "phone" | "compact" | "desktop" | "roomy";

const QUERIES: readonly (readonly [Screen, string])[] = [
  ["phone", "(max-width: 639.9px)"],
  ["compact", "(max-width: 1023.9px)"],
  ["desktop", "(max-width: 1599.9px)"],
];

const lists = QUERIES.map(([name, query]) => [name, matchMedia(query)] as const);
const current = (): Screen => lists.find(([, list]) => list.matches)?.[0] ?? "roomy";
const size = cell<Screen>(current());
for (const [, list] of lists) list.addEventListener("change", () => size.set(current()));

export const screen: Readable<Screen> = size;
