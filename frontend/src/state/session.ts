/** Who looks and what there is to see: loaded at the start, and again when the server says so. */

import { ApiError, whenRefused } from "../api/client";
import { fetchCatalog, fetchMe, logOut } from "../api/layers";
import { cell } from "./cell";
import { learn } from "../text/translate";
import { withCatalog } from "./layers";
import { catalog, catalogVersion, me, outage, view } from "./store";

const RETRY_MS = 3_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ask until the server can answer; an outage is shown meanwhile. Other errors are the caller's. */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const answer = await ask();
      outage.set(false);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isTemporary) throw error;
      outage.set(true);
      await pause(RETRY_MS);
    }
  }
}

export async function loadSession(): Promise<void> {
  const [viewer, layers] = await Promise.all([untilAnswered(fetchMe), untilAnswered(fetchCatalog)]);
  // What is shown first is shown in the right language; without its words, in Vietnamese.
  await learn(view.get().language ?? viewer.language).catch(() => undefined);
  me.set(viewer);
  catalog.set(layers);
}

/** Layers were added, changed or taken away. */
export async function reloadCatalog(): Promise<void> {
  const after = await untilAnswered(fetchCatalog);
  view.update((now) => withCatalog(now, catalog.get(), after));
  catalog.set(after);
  catalogVersion.update((version) => version + 1);
}

/** True once the server no longer knows the person this page was opened for. */
export const expired = cell(false);
/** Somebody else has signed in since. */
export const otherUser = cell<string | null>(null);

/** Ask who we are: after a refusal, and when the person comes back from signing in. */
export async function checkSession(): Promise<void> {
  const before = me.get();
  if (!before?.user) return;
  const now = await fetchMe().catch(() => null);
  if (!now) return;
  expired.set(now.user !== before.user);
  otherUser.set(now.user && now.user !== before.user ? (now.display_name ?? now.user) : null);
}
whenRefused(() => void checkSession());

const LOOK_MS = 1_500;

/** Where to sign in beside this page. */
export const ENTER_AGAIN = `/accounts/login/?next=${encodeURIComponent("/accounts/")}`;

/**
 * Sign in in a window of its own, so that what is written here stays; it closes once the server knows us again.
 * False where the browser opens no window: the link itself then leads there.
 */
export function enterAgain(): boolean {
  const other = window.open(ENTER_AGAIN, "login", "popup,width=520,height=720");
  const timer = setInterval(async () => {
    await checkSession();
    const known = !expired.get() || otherUser.get() !== null;
    if (!known && !other?.closed) return;
    clearInterval(timer);
    if (known) other?.close();
  }, LOOK_MS);
  return other !== null;
}
addEventListener("focus", () => {
  if (expired.get()) void checkSession();
});

export async function leaveAccount(): Promise<void> {
  await logOut();
  location.reload();
}

/** Where to log in so that the same view opens afterwards. */
export const loginAddress = (): string =>
  `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`;
