/** The view in words, as last told: spoken to those who hear the page, and shown to whoever wants to read it. */

import { cell } from "./cell";
import { t } from "./language";

export const told = cell("");
/** The words stand on the screen too. */
export const telling = cell(false);

let asking: AbortController | null = null;

export async function tell(): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const text = await import("./summary").then(
    ({ summarise }) => summarise(signal),
    () => t.get()("load.failed"),
  );
  if (!signal.aborted) told.set(text);
}
