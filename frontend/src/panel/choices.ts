/** What a form may be answered with out of the panel it stands in. */

import type { Panel } from "../api/types";

export interface Choice {
  readonly id: number;
  readonly title: string;
}

/** The features of a layer that a panel names. */
export const choicesOf = (panel: Panel | null, layer: string | null): readonly Choice[] =>
  (panel?.blocks ?? []).flatMap((block) =>
    block.type === "related" && block.layer === layer
      ? block.features.map(({ id, title }) => ({ id: Number(id), title }))
      : [],
  );
