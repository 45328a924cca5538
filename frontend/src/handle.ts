/** What a browser test or a curious developer may hold in test and demo mode: `window.__geoioc`. */

import type { LiveMap } from "./map/map";
import { whenIdle } from "./map/map";

export interface Handle {
  map: LiveMap["map"] | null;
  /** Resolves when all that was asked is drawn. */
  idle: () => Promise<void>;
  /** What went wrong unexpectedly since the page opened. */
  readonly errors: string[];
}

declare global {
  interface Window {
    __geoioc?: Handle;
  }
}

const modes = [...document.querySelectorAll<HTMLMetaElement>('meta[name="geoioc-mode"]')].map((meta) => meta.content);

/** Exposed by the server's word only: a production page has no handle. */
export function exposeHandle(): Handle {
  const handle: Handle = {
    map: null,
    idle: () => (handle.map ? whenIdle(handle.map) : Promise.reject(new Error("the map is not open yet"))),
    errors: [],
  };
  addEventListener("error", (event) => handle.errors.push(event.message));
  addEventListener("unhandledrejection", (event) => handle.errors.push(String(event.reason)));
  if (isDemo || modes.includes("test")) window.__geoioc = handle;
  return handle;
}

export const isDemo = modes.includes("demo");

/** Something went wrong that no person can mend. */
export const noteError = (error: unknown): void => void window.__geoioc?.errors.push(String(error));
