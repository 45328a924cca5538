/** The address of a panel, or of one part of it, handed on. */

import type { FeatureAddress } from "../api/layers";
import { camera, view } from "../state/store";
import { writeCamera, writeView } from "../state/url";
import type { WordKey } from "./words";

/** This view with that feature open, at that part. */
export const addressOf = (feature: FeatureAddress, part: string | null): string =>
  `${location.origin}${location.pathname}${writeView({ ...view.get(), selection: feature, part })}${writeCamera(camera.get())}`;

/** Hand an address on, and what to say about it. */
export async function share(url: string, title: string): Promise<WordKey> {
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    await navigator.share({ title, url }).catch(() => undefined);
    return "share.done";
  }
  const copied = await navigator.clipboard?.writeText(url).then(
    () => true,
    () => false,
  );
  return copied ? "share.copied" : "share.from_bar";
}
