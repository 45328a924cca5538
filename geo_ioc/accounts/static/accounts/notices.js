// Asks the browser to take notices, and tells the server where to send them. Words stand in the page.
const part = document.querySelector("[data-push-key]");
const button = part.querySelector("button[data-ask]");

/** Show one of the prepared sentences. */
function say(state) {
  for (const line of part.querySelectorAll("[data-state]")) line.hidden = line.dataset.state !== state;
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.codePointAt(0));
}

async function ask() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const worker = await navigator.serviceWorker.register("/push-worker.js");
  const key = bytes(part.dataset.pushKey);
  let subscription = await worker.pushManager.getSubscription();
  const old = new Uint8Array(subscription?.options.applicationServerKey ?? []);
  if (subscription && String(old) !== String(key)) {
    await subscription.unsubscribe(); // made for a key that this server no longer has
    subscription = null;
  }
  subscription ??= await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const answer = await fetch(part.dataset.address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": part.querySelector("[name=csrfmiddlewaretoken]").value },
    body: JSON.stringify(subscription),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  location.reload();
}

if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
  button.disabled = true;
  say("unsupported");
} else {
  button.addEventListener("click", async () => {
    button.disabled = true;
    say("waiting");
    try {
      await ask();
    } catch (fault) {
      console.warn(fault);
      say("failed");
    } finally {
      button.disabled = false;
    }
  });
}
