/** Which dialogue over the whole page is open. */

import { cell } from "./cell";

export type Dialog = "print" | "share" | "list" | "help" | null;
export const dialog = cell<Dialog>(null);
