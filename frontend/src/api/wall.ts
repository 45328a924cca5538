/** The walls' own endpoints: scenes as this browser may see them, and the token that makes it a wall. */

import { request } from "./client";
import type { LocalText } from "./types";

export interface WallTile {
  readonly id: number;
  readonly kind: "map" | "panel" | "stream" | "numbers";
  readonly title: LocalText;
  /** A view of the viewer, as its address says it: `?layers=…#map=…`. */
  readonly link: string;
  readonly by: string | null;
  readonly wide: number;
  readonly high: number;
}

export interface WallScene {
  readonly slug: string;
  readonly title: LocalText;
  readonly seconds: number;
  readonly columns: number;
  readonly rows: number;
  readonly tiles: readonly WallTile[];
}

/** By what the server knows this browser. `refused`: its token no longer holds. */
export interface WallViewer {
  readonly means: "nothing" | "session" | "token" | "wall" | "device" | "refused";
  readonly name: string | null;
}

export interface WallAnswer {
  readonly scenes: readonly WallScene[];
  readonly viewer: WallViewer;
  /** The server's clock. */
  readonly now: string;
  /** Changes when a new viewer is deployed. */
  readonly version: string;
}

export const fetchWall = (): Promise<WallAnswer> => request<WallAnswer>("/api/wall/scenes");

const TOKEN = "/api/wall/token";

export const sendToken = (token: string): Promise<{ readonly name: string }> =>
  request(TOKEN, { method: "POST", body: { token } });

export const dropToken = (): Promise<unknown> => request(TOKEN, { method: "DELETE" });
