/** Two maps of one place: what the far side shows, and at which time an opened feature is looked at. */

import type { FeatureAddress } from "../api/layers";
import { derive } from "./cell";
import { view, type Other, type View } from "./store";

export const NOW = "now";

/** The far side as a view of its own. */
export const farView = (near: View): View =>
  near.other
    ? {
        ...near,
        at: near.other.at,
        layers: near.other.layers ?? near.layers,
        styles: { ...near.styles, ...near.other.styles },
      }
    : near;

export const far = derive([view], farView);

export const compare = (other: Other | null): void => view.update((now) => ({ ...now, other }));

export const changeOther = (change: Partial<Other>): void =>
  view.update((now) => (now.other ? { ...now, other: { ...now.other, ...change } } : now));

/** The feature as the far side shows it, with that side's time. */
export const onFarSide = (feature: FeatureAddress | null): FeatureAddress | null =>
  feature && { ...feature, at: far.get().at ?? NOW };

/** The view at the time the feature is opened at. */
export const timed = (now: View, feature: FeatureAddress): View =>
  feature.at === undefined ? now : { ...now, at: feature.at === NOW ? null : feature.at };
