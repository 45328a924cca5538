/** Everything around the map. */

import { mount } from "svelte";
import App from "./App.svelte";

export function showInterface(session: Promise<void>): void {
  const target = document.getElementById("app");
  if (target) mount(App, { target, props: { session } });
}
