/** As what the page was opened: its address says so. The server serves one page for all of them. */

export type Profile = "desk" | "embed" | "kiosk" | "wall";

export function profileOf(path: string, search: string): Profile {
  const first = path.split("/")[1] ?? "";
  if (first === "embed" || first === "kiosk" || first === "wall") return first;
  return new URLSearchParams(search).get("kiosk") === "1" ? "kiosk" : "desk";
}

export const profile: Profile = profileOf(location.pathname, location.search);

/** Pages that anybody may stand before or frame: they read as the public, whoever is signed in in this browser. */
export const isPublic = profile === "embed" || profile === "kiosk";

/** Nothing is changed from here. */
export const isReadOnly = profile !== "desk";

/** Told with every request of a page that nobody stands before: it keeps no session alive. */
export const UNATTENDED: Readonly<Record<string, string>> = profile === "wall" ? { "X-Unattended": "1" } : {};

export const CREDENTIALS: RequestCredentials = isPublic ? "omit" : "same-origin";
