/** Block type -> component: ten kinds, and nothing else to learn. The tenth, actions, stands in the panel's footer. */

import type { Component } from "svelte";
import type { Block } from "../../api/types";
import Chart from "./Chart.svelte";
import Image from "./Image.svelte";
import KeyValue from "./KeyValue.svelte";
import Note from "./Note.svelte";
import Related from "./Related.svelte";
import Stat from "./Stat.svelte";
import Table from "./Table.svelte";
import Timeline from "./Timeline.svelte";
import Unknown from "./Unknown.svelte";
import Video from "./Video.svelte";

export type Drawn = Exclude<Block, { type: "actions" }>;

type Components = { readonly [Type in Drawn["type"]]: Component<{ block: Extract<Drawn, { type: Type }> }> };

const COMPONENTS: Components = {
  stat: Stat,
  key_value: KeyValue,
  chart: Chart,
  table: Table,
  image: Image,
  video: Video,
  timeline: Timeline,
  note: Note,
  related: Related,
};

/** A block this viewer does not know yet says so instead of breaking the panel. */
export function componentOf(block: Drawn): Component<{ block: Drawn }> {
  const known: unknown = COMPONENTS[block.type];
  return (known ?? Unknown) as Component<{ block: Drawn }>;
}
