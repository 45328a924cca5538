/** Names of a panel's blocks: they tell them apart when a panel is read anew, and lead to one in a link. */

import type { Drawn } from ".";

export interface Anchored {
  /** `chart`, `chart-2`: the kind and which of its kind. */
  readonly anchor: string;
  /** The same block keeps its key when others come or go before it. */
  readonly key: string;
  readonly block: Drawn;
}

export function anchored(blocks: readonly Drawn[]): readonly Anchored[] {
  const seen = new Map<string, number>();
  const count = (name: string): number => {
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return number;
  };
  return blocks.map((block) => {
    const number = count(`#${block.type}`);
    const anchor = number === 1 ? block.type : `${block.type}-${number}`;
    const name = `${block.type}|${block.title ?? ""}`;
    return { anchor, key: `${name}|${count(name)}`, block };
  });
}
