/** Which scene is on and for how long still. Pure steps; the time passes elsewhere. */

export interface Timed {
  readonly slug: string;
  readonly seconds: number;
}

export interface Turn {
  /** The scene that is on. */
  readonly slug: string;
  readonly leftMs: number;
}

const fresh = (scene: Timed): Turn => ({ slug: scene.slug, leftMs: scene.seconds * 1_000 });

/** Start where the address says, else at the first; null where there is nothing to show. */
export function begin(scenes: readonly Timed[], slug: string | null): Turn | null {
  const scene = scenes.find((one) => one.slug === slug) ?? scenes[0];
  return scene ? fresh(scene) : null;
}

/** Scenes may come and go while one is on: it stays as long as it is there, and never longer than it now lasts. */
export function settle(now: Turn | null, scenes: readonly Timed[], asked: string | null): Turn | null {
  const scene = scenes.find((one) => one.slug === now?.slug);
  return now && scene ? { ...now, leftMs: Math.min(now.leftMs, scene.seconds * 1_000) } : begin(scenes, asked);
}

/** `by` scenes on, round and round. */
export function step(now: Turn, scenes: readonly Timed[], by: number): Turn {
  const at = scenes.findIndex((one) => one.slug === now.slug);
  const scene = scenes[(at + by + scenes.length) % scenes.length];
  return scene ? fresh(scene) : now;
}

/** Time passes; a scene alone stays. */
export function pass(now: Turn, scenes: readonly Timed[], ms: number): Turn {
  if (scenes.length < 2) return now;
  return now.leftMs > ms ? { ...now, leftMs: now.leftMs - ms } : step(now, scenes, 1);
}

/** The scene that comes next, once its time is near enough to draw it beforehand. */
export function near(now: Turn, scenes: readonly Timed[], withinMs: number): string | null {
  return scenes.length > 1 && now.leftMs <= withinMs ? step(now, scenes, 1).slug : null;
}

/** How the address asks: where to begin, which scenes this screen shows, whether it stands still. */
export interface Asked {
  readonly scene: string | null;
  readonly only: readonly string[];
  readonly held: boolean;
}

export function parseAsked(search: string): Asked {
  const params = new URLSearchParams(search);
  return {
    scene: params.get("scene") || null,
    only: (params.get("only") ?? "").split(",").filter(Boolean),
    held: params.get("hold") === "1",
  };
}

/** The address of what is on, other parameters kept. */
export function writeAsked(search: string, scene: string, held: boolean): string {
  const params = new URLSearchParams(search);
  params.set("scene", scene);
  if (held) params.set("hold", "1");
  else params.delete("hold");
  return `?${params.toString().replaceAll("%2C", ",")}`;
}

export const chosen = <Scene extends Timed>(scenes: readonly Scene[], only: readonly string[]): readonly Scene[] =>
  only.length ? scenes.filter((scene) => only.includes(scene.slug)) : scenes;
