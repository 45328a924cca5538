/** The time now, for ages on screen. One timer for all who look. */

import { cell, type Readable } from "./cell";

const TICK_MS = 20_000;
const ticking = cell(Date.now());
setInterval(() => ticking.set(Date.now()), TICK_MS);

/** Milliseconds since 1970, at most 20 s old. */
export const clock: Readable<number> = ticking;
