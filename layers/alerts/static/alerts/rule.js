// The page is whole without this: every button posts the form. Here the same form comes back in place, while it is
// filled in, and nothing that a person is typing is touched.
const PAUSE_MS = 500;
const LONGEST_MS = 60_000;
const form = document.getElementById("rule");
const title = document.title;
let asked = 0;
let touched = 0;
let waiting;
let edited = false;

/** Makes `old` what `now` is, keeping every element that stays. */
function morph(old, now) {
  if (old.nodeType !== now.nodeType || old.nodeName !== now.nodeName) {
    old.replaceWith(now);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== now.data) old.data = now.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!now.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  }
  for (const { name, value } of now.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const olds = [...old.childNodes];
  const news = [...now.childNodes];
  if (old.nodeName !== "TEXTAREA") {
    for (const [place, one] of news.entries()) {
      if (olds[place]) morph(olds[place], one);
      else old.append(one);
    }
    for (const one of olds.slice(news.length)) one.remove();
  }
  fill(old, now);
}

/** What is filled in; a text that is being typed stays. */
function fill(old, now) {
  if (old.nodeName === "INPUT" && (old.type === "checkbox" || old.type === "radio")) old.checked = now.checked;
  else if (old.nodeName === "SELECT") old.value = now.value;
  else if (old.nodeName === "INPUT" || old.nodeName === "TEXTAREA") {
    if (old !== document.activeElement && old.value !== now.value) old.value = now.value;
  }
}

/** Asks for the form as it is after a button, and puts it in place. */
async function renew(action) {
  clearTimeout(waiting);
  const mine = ++asked;
  const seen = touched;
  const data = new FormData(form);
  data.set("do", action);
  data.set("part", "1");
  form.setAttribute("aria-busy", "true");
  try {
    const signal = AbortSignal.timeout(LONGEST_MS);
    const answer = await fetch(location.pathname + location.search, { method: "POST", body: data, signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    if (touched !== seen) {
      await renew(action);
      return;
    }
    const now = page.getElementById("rule");
    if (!now) throw new Error("no form");
    morph(form, now);
  } catch (error) {
    if (mine === asked) failed(error);
  } finally {
    if (mine === asked) form.removeAttribute("aria-busy");
  }
}

/** Says that nothing came back; what was filled in stays. */
function failed(error) {
  console.error(error);
  const said = document.createElement("div");
  said.className = "alert";
  said.setAttribute("role", "alert");
  said.textContent = form.dataset.failed;
  document.getElementById("meaning").prepend(said);
}

function touch() {
  touched += 1;
  if (!edited) {
    edited = true;
    document.title = `• ${title}`;
  }
}

form.addEventListener("input", ({ target, isComposing }) => {
  touch();
  clearTimeout(waiting);
  if (!isComposing) waiting = setTimeout(() => renew("look"), target.dataset.redraw === undefined ? PAUSE_MS : 0);
});

form.addEventListener("compositionend", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => renew("look"), PAUSE_MS);
});

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  const [what] = (button?.value ?? "look").split(":");
  if (["save", "on", "off", "mute", "unmute"].includes(what)) {
    edited = false;
    return;
  }
  event.preventDefault();
  if (["add", "remove", "level", "step"].includes(what)) touch();
  const said = button?.textContent;
  if (what === "try") button.textContent = form.dataset.busy;
  void renew(button?.value ?? "look").then(() => {
    if (button?.textContent === form.dataset.busy) button.textContent = said;
    if (!form.contains(document.activeElement)) form.querySelector("#h-when")?.focus();
  });
});

addEventListener("beforeunload", (event) => {
  if (edited) event.preventDefault();
});
