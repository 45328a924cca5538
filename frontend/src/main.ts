/** Wires the rooms; nothing else. The map starts first; the interface around it arrives meanwhile. */

import "@fontsource/be-vietnam-pro/400.css";
import "@fontsource/be-vietnam-pro/500.css";
import "@fontsource/be-vietnam-pro/600.css";
import "./style/tokens.css";
import "./style/app.css";
import { profile } from "./api/profile";
import { exposeHandle } from "./handle";
import { openMap } from "./map/map";
import { bindAddressBar } from "./state/address-bar";
import { loadSession } from "./state/session";
import { bindTheme } from "./state/theme";
import { learn } from "./text/translate";

const handle = exposeHandle();
document.documentElement.dataset.profile = profile;
bindTheme();
bindAddressBar();

const session = loadSession();
void Promise.all([import("./interface"), learn("vi")]).then(([{ showInterface }]) => showInterface(session));

const container = document.getElementById("map");
// A wall draws several maps of its own.
if (container && profile !== "wall") {
  session
    .then(() => openMap(container, (error) => handle.errors.push(String(error))))
    .then(({ map }) => (handle.map = map))
    .catch(async (error: unknown) => {
      handle.errors.push(String(error));
      (await import("./map/blind")).goBlind();
    });
}
