// The Slack tab: composer with command completion, message actions, unread marks.

import { afterMorph, beforeMorph, confirmed, forget, here, manifest, me, remember, send, toast } from "./page.js";
import { editInPlace } from "./editing.js";
import { mark, marked } from "./kit.js";

const person = (what) => `/person/${me}/${what}`;
const commands = manifest.commands;

// Commands are offered while the first word is being typed; after it, the command's own hint.
function offer(area) {
  const form = area.form;
  const list = form.querySelector(".commands");
  const typed = area.value;
  const fits = /^\/\S*$/.test(typed) ? commands.filter((one) => one.command.startsWith(typed)) : [];
  list.hidden = !fits.length;
  list.replaceChildren(...fits.map(row));
  if (fits.length) mark(list, 0, area);
  else area.removeAttribute("aria-activedescendant");
  const used = commands.find((one) => typed === one.command + " ");
  form.querySelector(".composer-hint").textContent = used?.usage_hint || "";
  form.classList.remove("hinted");
}
function row(command, index) {
  const box = document.createElement("div");
  box.id = "command-" + index;
  box.setAttribute("role", "option");
  box.dataset.command = command.command;
  box.append(Object.assign(document.createElement("strong"), { textContent: command.command }), Object.assign(document.createElement("span"), { textContent: command.usage_hint }));
  box.append(Object.assign(document.createElement("small"), { textContent: command.description }));
  return box;
}
function complete(area, option) {
  area.value = option.dataset.command + " ";
  remember(area, "text");
  offer(area);
  area.focus();
}
document.addEventListener("input", (event) => event.target.matches("[data-composer] textarea") && offer(event.target));
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".commands [role=option]");
  if (option) event.preventDefault(), complete(option.closest("form").querySelector("textarea"), option);
});
document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches?.("[data-composer] textarea") || event.isComposing) return;
  const list = area.form.querySelector(".commands");
  const option = !list.hidden && list.querySelector("[aria-selected=true]");
  if (option && (event.key === "ArrowDown" || event.key === "ArrowUp")) return event.preventDefault(), mark(list, marked(list) + (event.key === "ArrowDown" ? 1 : -1), area);
  if (option && event.key === "Escape") return (list.hidden = true);
  if (option && (event.key === "Tab" || (event.key === "Enter" && area.value !== option.dataset.command))) return event.preventDefault(), complete(area, option);
  if (event.key === "Enter" && !event.shiftKey) event.preventDefault(), area.form.requestSubmit();
});
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form) return;
  event.preventDefault();
  const area = form.querySelector("textarea");
  const text = area.value;
  if (!text.trim()) return;
  const { channel, thread } = form.dataset;
  area.value = "";
  forget(form.dataset.draft);
  offer(area);
  // What one says oneself, and the answer to it, is in sight.
  const list = form.parentElement.querySelector("[data-stick]");
  if (list) list.scrollTop = list.scrollHeight;
  const said = text.startsWith("/") ? await send(person("command"), { channel, text, thread_ts: thread || undefined }) : await send(person("message"), { channel, text, thread_ts: thread || undefined });
  if (said.outcome === "ok") return;
  toast(said.notice || said.outcome);
  if (["refused", "unreachable"].includes(said.outcome) && !area.value && area.isConnected) (area.value = text), remember(area, "text");
});
function fill(text) {
  const area = document.querySelector("[data-composer] textarea");
  area.value = text;
  remember(area, "text");
  offer(area);
  area.focus();
  area.form.classList.add("hinted");
  area.form.querySelector(".composer-hint").textContent = "press Enter";
}

// Opening the assistant's Home is an event for it.
addEventListener("shown", (event) => event.detail === "slack/home" && send(person("home")));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (button) fill(button.dataset.fill);
});

// What a person can do with a message.
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".message button");
  if (!button) return;
  const message = button.closest(".message");
  const at = { channel: message.dataset.channel, ts: message.dataset.ts };
  const { react, shortcut, copy } = button.dataset;
  if (button.closest("[popover]") && !("press" in button.dataset)) button.closest("[popover]").hidePopover();
  let said = {};
  if (react) said = await send(person("react"), { ...at, name: react, ...("remove" in button.dataset || pressed(message, react) ? { remove: true } : {}) });
  else if (shortcut) said = await send(person("shortcut"), { ...at, callback_id: shortcut });
  else if (copy) await navigator.clipboard?.writeText(new URL(copy, location.href).href).then(() => toast("Link copied."), () => toast(copy));
  else if ("dismiss" in button.dataset) said = await send(person("delete"), at);
  else if ("edit" in button.dataset) edit(message, at);
  else if ("delete" in button.dataset && (await confirmed({ title: "Delete message?", html: "This cannot be undone.", confirm: "Delete", deny: "Cancel", style: "danger" }))) said = await send(person("delete"), at);
  toast(said.notice);
});
const pressed = (message, name) => message.querySelector(`.reactions [data-react="${name}"][aria-pressed=true]`);
function edit(message, at) {
  const text = message.querySelector("template.source").content.textContent;
  editInPlace(message.querySelector(".content"), "Edit message", text, async (typed) => {
    const said = await send(person("edit"), { ...at, text: typed });
    toast(said.notice);
    return said.outcome !== "unreachable";
  });
}

// Unread marks: what was latest when this person last looked, by channel and by tab, in this browser.
const seen = (key) => localStorage.getItem("seen:" + key) || "";
beforeMorph((fragment) => {
  for (const link of fragment.querySelectorAll("[data-seen-key]")) {
    if (link.ariaCurrent === "page") localStorage.setItem("seen:" + link.dataset.seenKey, link.dataset.latest);
    link.classList.toggle("unread", link.dataset.latest > seen(link.dataset.seenKey));
  }
});
let mails = null;
function badge() {
  const { mails: counted, latest } = document.querySelector("[data-mails]")?.dataset || {};
  if (counted === undefined) return;
  const count = Number(counted);
  const looking = here().startsWith("inbox");
  if (looking || count < Number(seen("inbox") || 0)) localStorage.setItem("seen:inbox", count);
  const fresh = count - Number(seen("inbox") || 0);
  const mark = document.querySelector("[data-badge=inbox]");
  mark.textContent = fresh || "";
  mark.hidden = !fresh;
  if (mails !== null && count > mails && !looking) toast(`A mail reached ${latest}.`, { href: "#inbox/" + encodeURIComponent(latest), text: "Open it →" });
  if (looking) for (const link of document.querySelectorAll("#toasts a")) link.parentNode.remove();
  mails = count;
}
afterMorph((element) => "badges" in element.dataset && badge());
addEventListener("shown", badge);
