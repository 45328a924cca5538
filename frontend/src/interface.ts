/** Everything around the map, by what the page was opened as. */

import { mount } from "svelte";
import { profile } from "./api/profile";
import { isDemo, noteError } from "./handle";

export async function showInterface(session: Promise<void>): Promise<void> {
  const target = document.getElementById("app");
  if (!target) return;
  if (profile === "embed") {
    const { default: Embed } = await import("./embed/Embed.svelte");
    mount(Embed, { target, props: { session, onerror: noteError } });
  } else if (profile === "kiosk") {
    const { default: Kiosk } = await import("./kiosk/Kiosk.svelte");
    mount(Kiosk, { target, props: { session } });
  } else if (profile === "wall") {
    const { default: Wall } = await import("./wall/Wall.svelte");
    mount(Wall, { target, props: { session, demo: isDemo, onerror: noteError } });
  } else {
    const { default: App } = await import("./App.svelte");
    mount(App, { target, props: { session } });
  }
}
