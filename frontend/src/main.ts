/** Wires the rooms; nothing else. */

import { mount } from "svelte";
import "@fontsource/be-vietnam-pro/400.css";
import "@fontsource/be-vietnam-pro/500.css";
import "@fontsource/be-vietnam-pro/600.css";
import "./style/tokens.css";
import "./style/app.css";
import App from "./App.svelte";
import { bindAddressBar } from "./state/address-bar";

bindAddressBar();
const target = document.getElementById("app");
if (target) mount(App, { target });
