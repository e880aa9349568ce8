// The page's core: where we are, fragments refetched when the server says they changed, drafts kept, notices, confirms.

export const me = document.body.dataset.user;
export const manifest = JSON.parse(document.getElementById("manifest").textContent);
export const modal = document.getElementById("modal");
const place = document.getElementById("place");
const question = document.getElementById("confirm");
const prepare = [];
const settled = [];

/** Call `change(fragment)` on every fresh fragment before it is merged into the page. */
export const beforeMorph = (change) => prepare.push(change);
/** Call `react(element)` on every element whose content was just merged. */
export const afterMorph = (react) => settled.push(react);

// What a person has typed, by draft ([data-draft]) and field name; it survives every change of the fragment around it.
const drafts = new Map();
const fieldsOf = (box, name) => [...box.querySelectorAll("[name]")].filter((field) => !name || field.name === name);
const isTick = (field) => field.type === "checkbox" || field.type === "radio";

/** Remember the fields called `name` in the draft around `element` as they are now. */
export function remember(element, name) {
  const box = element.closest("[data-draft]");
  if (!box || !name) return;
  const fields = fieldsOf(box, name);
  const values = fields.filter((field) => !isTick(field) || field.checked).map((field) => field.value);
  const chips = [...box.querySelectorAll(`[data-combo]`)].find((combo) => combo.dataset.name === name)?.querySelector(".chosen").innerHTML;
  if (!drafts.has(box.dataset.draft)) drafts.set(box.dataset.draft, new Map());
  drafts.get(box.dataset.draft).set(name, { values, chips });
}
export const forget = (draft) => drafts.delete(draft);

function restore(fragment) {
  for (const box of fragment.querySelectorAll("[data-draft]")) {
    for (const [name, { values, chips }] of drafts.get(box.dataset.draft) || []) {
      for (const combo of box.querySelectorAll("[data-combo]")) if (combo.dataset.name === name) combo.querySelector(".chosen").innerHTML = chips;
      for (const field of fieldsOf(box, name)) {
        if (field.closest("[data-combo]")) continue;
        if (isTick(field)) field.toggleAttribute("checked", (field.checked = values.includes(field.value)));
        else if (field.tagName === "SELECT") for (const option of field.options) option.toggleAttribute("selected", (option.selected = values.includes(option.value)));
        else {
          field.value = values[0];
          if (field.tagName === "INPUT") field.setAttribute("value", values[0]);
        }
      }
    }
  }
}
beforeMorph(restore);
document.addEventListener("input", (event) => remember(event.target, event.target.name));
document.addEventListener("change", (event) => remember(event.target, event.target.name));

/** What the fields in `box` hold: {name: text | [texts] | null}. */
export function collect(box) {
  const found = {};
  for (const field of fieldsOf(box)) {
    const several = field.type === "checkbox" || field.closest("[data-multi]");
    if (several) (found[field.name] ??= []).push(...(field.type === "checkbox" && !field.checked ? [] : [field.value]));
    else if (field.type !== "radio") found[field.name] = field.value === "" ? null : field.value;
    else if (field.checked || !(field.name in found)) found[field.name] = field.checked ? field.value : null;
  }
  for (const combo of box.querySelectorAll("[data-combo]")) found[combo.dataset.name] ??= "multi" in combo.dataset ? [] : null;
  return found;
}

const SEARCHED = new Set(["value", "aria-expanded", "aria-activedescendant"]); // of a search, as it is being typed
/** Merge HTML into an element, keeping focus, scroll, open menus and what was typed. */
export function morph(element, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  for (const change of prepare) change(fresh);
  const below = element.scrollHeight - element.scrollTop - element.clientHeight;
  Idiomorph.morph(element, fresh.childNodes, {
    morphStyle: "innerHTML",
    callbacks: {
      beforeNodeMorphed: (old) => !(old.matches?.(".listbox:not([hidden])") || old.querySelector?.(":scope > .edit-form")),
      beforeAttributeUpdated: (name, node) => name !== "open" && name !== "style" && !(node.role === "combobox" && SEARCHED.has(name)),
    },
  });
  if ("stick" in element.dataset && below < 60) element.scrollTop = element.scrollHeight;
  for (const react of settled) react(element);
}

// One fetch at a time for each region; a change during it makes one more.
const loading = new Map();
/** Fetch a region ([data-src]) again; resolves once it shows what the server had after this call. */
export function refresh(element) {
  const going = loading.get(element);
  if (going) return (going.again = true), going.done;
  const mine = { again: false };
  loading.set(element, mine);
  return (mine.done = (async () => {
    do {
      mine.again = false;
      const source = element.dataset.src;
      const answer = await fetch(source).catch(() => null);
      const html = answer?.ok && (await answer.text());
      if (answer?.ok && element.isConnected && element.dataset.src === source) morph(element, html);
    } while (mine.again);
    loading.delete(element);
  })());
}

const heard = new Set();
const concerns = (wanted, topic) => wanted.split(" ").some((want) => want === topic || (want.endsWith("*") && topic.startsWith(want.slice(0, -1))));
function hear(topic) {
  if (!heard.size) setTimeout(() => {
    const topics = [...heard];
    heard.clear();
    for (const region of document.querySelectorAll("[data-topics]"))
      if (topics.some((one) => one === "*" || concerns(region.dataset.topics, one))) refresh(region);
  }, 15);
  heard.add(topic);
}
function listen() {
  const events = new EventSource("/events?as=" + encodeURIComponent(me));
  events.onmessage = (event) => hear(event.data);
  events.onerror = () => (document.body.dataset.offline = "true");
  events.onopen = () => {
    if (document.body.dataset.offline) hear("*");
    delete document.body.dataset.offline;
  };
}

/** Where we are, as the address says: "slack/C01PARTNERS", "inbox/ada@uni.example", … */
export function here() {
  try { return decodeURIComponent(location.hash.slice(1)) || "slack"; } catch { return "slack"; }
}
let shownLast = "";
async function show() {
  const at = here();
  const answer = await fetch(`/page/at?as=${encodeURIComponent(me)}&at=${encodeURIComponent(at)}`).catch(() => null);
  if (!answer) return toast("The sandbox does not answer. Is it still running?");
  if (at !== here()) return;
  const html = await answer.text();
  const lists = [...place.querySelectorAll("[data-stick]")].map((list) => list.dataset.stick);
  morph(place, html);
  place.removeAttribute("aria-busy");
  for (const tab of document.querySelectorAll("[data-tab]"))
    tab.dataset.tab === at.split("/")[0] ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current");
  for (const list of place.querySelectorAll("[data-stick]")) if (!lists.includes(list.dataset.stick)) list.scrollTop = list.scrollHeight;
  // Another mail, ticket or file begins at its top; a file seen as somebody else stays where it is.
  const what = at.startsWith("drive/") ? at.split("/", 2).join("/") : at;
  if (what !== shownLast) for (const pane of place.querySelectorAll(".desk-main, .page")) pane.scrollTop = 0;
  shownLast = what;
  dispatchEvent(new CustomEvent("shown", { detail: at }));
}
addEventListener("hashchange", show);
// What was said about one place would cover the next; only the way to somewhere stays.
addEventListener("hashchange", () => document.querySelectorAll("#toasts .toast:not(:has(a))").forEach((box) => box.remove()));

/** POST (or `method`) JSON; the answer's JSON, or {outcome, notice} when it could not be had. */
export async function send(url, body, method = "POST") {
  const form = body instanceof FormData;
  const options = { method, headers: form ? {} : { "content-type": "application/json" }, body: form ? body : JSON.stringify(body ?? {}) };
  const answer = await fetch(url, options).catch(() => null);
  if (!answer) return { outcome: "unreachable", notice: "The sandbox does not answer. Is it still running?" };
  const said = await answer.json().catch(() => ({}));
  return answer.ok ? said : { outcome: "refused", notice: said.notice || said.error || said.message || said.detail || `That did not work (${answer.status}).`, errors: said.errors };
}

/** A short notice at the bottom of the page, in a status region; `link` is {href, text}. */
export function toast(text, link) {
  if (!text) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.textContent = text;
  if (link) box.append(Object.assign(document.createElement("a"), { href: link.href, textContent: link.text }));
  const area = document.getElementById("toasts");
  area.replaceChildren(...[...area.children].slice(-2), box);
  setTimeout(() => box.remove(), 9000);
}

/** Ask with Slack's confirm dialog; `ask.html` comes escaped from the server. True when confirmed. */
export function confirmed(ask) {
  if (!ask) return Promise.resolve(true);
  const { title, html, confirm, deny, style } = typeof ask === "string" ? JSON.parse(ask) : ask;
  question.querySelector("h2").textContent = title;
  question.querySelector(".text").innerHTML = html;
  const [no, yes] = question.querySelectorAll("button");
  no.textContent = deny;
  yes.textContent = confirm;
  yes.className = `btn primary ${style === "danger" ? "danger" : ""}`;
  question.returnValue = "no";
  question.showModal();
  return new Promise((done) => question.addEventListener("close", () => done(question.returnValue === "yes"), { once: true }));
}

// Simple forms and buttons of the other tabs: data-post says where, the fields (or data-body) say what.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-post]");
  if (!button || !(await confirmed(button.dataset.confirm))) return;
  const said = await send(button.dataset.post, JSON.parse(button.dataset.body || "{}"), button.dataset.method);
  toast(said.notice || button.dataset.done);
  if (button.dataset.then === "reload" && said.outcome !== "unreachable") {
    for (const key of Object.keys(localStorage)) if (key.startsWith("seen:")) localStorage.removeItem(key);
    location.assign(location.pathname + location.search);
  }
});
const filled = (form) => Object.fromEntries(Object.entries(collect(form)).filter(([, value]) => value !== null));
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-post]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  const files = form.querySelector("input[type=file]");
  const said = await send(form.dataset.post, files ? new FormData(form) : filled(form), form.dataset.method);
  button.disabled = false;
  toast(said.notice || form.dataset.done);
  if (said.outcome === "refused" || said.outcome === "unreachable") return;
  if (form.dataset.draft) forget(form.dataset.draft);
  if (!("keep" in form.dataset)) form.reset();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-switch]")) location.assign(`/?as=${event.target.value}${location.hash}`);
  if (event.target.matches("[data-go]")) location.hash = event.target.value;
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark" || (document.documentElement.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  localStorage.setItem("theme", (document.documentElement.dataset.theme = dark ? "light" : "dark"));
});
// A menu opens under its button, inside the window.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu") || event.newState !== "open") return;
  const from = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
  menu.style.left = Math.max(8, Math.min(from.left, innerWidth - menu.offsetWidth - 8)) + "px";
  menu.style.top = (from.bottom + menu.offsetHeight + 8 > innerHeight ? from.top - menu.offsetHeight - 4 : from.bottom + 4) + "px";
  menu.querySelector("button")?.focus();
}, true);

/** Start: called once all modules have put their listeners in place. */
export async function start() {
  listen();
  await Promise.all([show(), refresh(modal), refresh(document.querySelector("[data-badges]"))]);
  document.body.dataset.ready = "true";
}
