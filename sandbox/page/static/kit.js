// Block Kit in the browser: buttons, selects, searches, and the modal with its errors, its Back and its busy submit.

import { afterMorph, beforeMorph, collect, confirmed, here, me, modal, refresh, remember, send, toast } from "./page.js";

const person = (what) => `/person/${me}/${what}`;
const errors = new Map(); // view id -> {block_id: what is wrong}
const notices = new Map(); // view id -> what Slack says in it, as one line
const busy = new Set(); // ids of the views whose submission is being answered

/** Where an element stands: {view_id} or {channel, ts}. */
function container(element) {
  const box = element.closest("[data-view], [data-ts]");
  return box.dataset.view ? { view_id: box.dataset.view } : { channel: box.dataset.channel, ts: box.dataset.ts };
}

/** Field values as a person's client sends them: {"block_id|action_id": text | [texts] | null}. */
function values(box) {
  const found = collect(box);
  for (const field of box.querySelectorAll("[type=datetime-local][name]")) if (field.value) found[field.name] = String(Date.parse(field.value) / 1000);
  return found;
}

async function act(element, what) {
  const from = element.closest("[data-block]");
  const box = element.closest("[data-view], [data-ts]");
  const body = { ...container(element), block_id: from.dataset.block, action_id: from.dataset.action, ...what, values: values(box) };
  say(await send(person("click"), body), box);
}

function say(said, box) {
  if (!said.notice) return;
  if (modal.open && box && modal.contains(box)) tell(box.dataset.view, said.notice);
  else toast(said.notice);
}

/** Say something in a view; it stays, whatever is fetched around it, until the view is submitted again. */
function tell(view, notice) {
  notices.set(view, notice);
  const form = modal.querySelector("form");
  if (form) paint(form);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-press]");
  if (!button || button.ariaDisabled === "true") return;
  button.closest("[popover]")?.hidePopover();
  const { url } = button.dataset;
  if (url) url.startsWith("#") ? (location.hash = url) : open(url, "_blank", "noopener");
  if (!(await confirmed(button.dataset.confirm))) return;
  // Not really disabled: that would take the focus, which comes back to the button when its modal is closed.
  button.ariaDisabled = "true";
  await act(button, "selected" in button.dataset ? { selected: button.value } : { value: button.value });
  button.ariaDisabled = null;
});

document.addEventListener("change", async (event) => {
  const field = event.target;
  if (!("dispatch" in field.dataset) || field.dataset.on) return;
  if (!(await confirmed(field.dataset.confirm))) return;
  if (field.type === "checkbox") {
    const ticked = [...field.closest(".choices").querySelectorAll("input:checked")].map((one) => one.value);
    return act(field, { selected: ticked });
  }
  return act(field, ["date", "time", "datetime-local"].includes(field.type) ? { date: field.value } : { selected: field.value });
});
document.addEventListener("input", (event) => {
  if (event.target.dataset?.on === "character") act(event.target, { value: event.target.value });
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || field.dataset?.on !== "enter" || event.shiftKey) return;
  event.preventDefault();
  act(field, { value: field.value });
});

// The modal: one dialog showing the top view.
function paint(form) {
  const wrong = errors.get(form.dataset.view) || {};
  const notice = form.querySelector(".modal-notice");
  const words = notices.get(form.dataset.view) || "";
  if (notice.textContent !== words) notice.textContent = words;
  for (const box of form.querySelectorAll("[data-input]")) {
    const note = box.querySelector(".field-error");
    const hint = box.querySelector(".hint");
    const text = wrong[box.dataset.input] || "";
    if (note.textContent !== text) note.textContent = text;
    for (const field of box.querySelectorAll("input:not([type=hidden]), textarea, select")) {
      text ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
      const about = [text && note.id, hint?.id].filter(Boolean).join(" ");
      about ? field.setAttribute("aria-describedby", about) : field.type !== "radio" && field.type !== "checkbox" && field.removeAttribute("aria-describedby");
    }
  }
  for (const button of form.querySelectorAll("button[type=submit]")) button.toggleAttribute("disabled", (button.disabled = busy.has(form.dataset.view)));
}
beforeMorph((fragment) => fragment.querySelectorAll("form[data-view]").forEach(paint));

let shown = "";
/** Show or hide the dialog: a modal belongs to Slack, so it waits while another tab is looked at. */
function settle() {
  const view = (here().startsWith("slack") && modal.querySelector("[data-view]")?.dataset.view) || "";
  if (!view && modal.open) modal.close();
  if (view && !modal.open) modal.showModal();
  modal.setAttribute("aria-busy", String(busy.has(view)));
  const idle = !modal.contains(document.activeElement) || document.activeElement === modal || document.activeElement.matches("[data-close-all]");
  if (view && (view !== shown || idle)) focusFirst();
  if (!modal.querySelector("[data-view]")) errors.clear(), notices.clear();
  shown = view;
}
afterMorph((element) => element === modal && settle());
addEventListener("shown", settle);
function focusFirst() {
  const field = modal.querySelector("[data-focus]") || modal.querySelector(".modal-body :is(input:not([type=hidden]), textarea, select):not([disabled])");
  modal.tabIndex = -1;
  (field || modal).focus({ preventScroll: !field });
}

modal.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const view = form.dataset.view;
  if (busy.has(view)) return;
  busy.add(view);
  errors.delete(view);
  notices.delete(view);
  modal.setAttribute("aria-busy", "true");
  paint(form);
  const said = await send(person("submit"), { view_id: view, values: values(form) });
  busy.delete(view);
  if (said.errors && Object.keys(said.errors).length) errors.set(view, said.errors);
  await refresh(modal);
  const now = modal.querySelector("form");
  if (now) paint(now);
  if (now?.dataset.view === view && errors.has(view)) (modal.querySelector("[aria-invalid]") || modal.querySelector(".field-error:not(:empty)"))?.focus();
  else if (said.notice) now ? tell(now.dataset.view, said.notice) : toast(said.notice);
});
async function closeView(all) {
  const view = modal.querySelector("[data-view]")?.dataset.view;
  if (!view) return modal.close();
  const said = await send(person("close"), all ? { view_id: view, all: true } : { view_id: view });
  await refresh(modal);
  toast(said.notice);
}
modal.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close], [data-close-all]");
  if (button) closeView("closeAll" in button.dataset);
});
modal.addEventListener("cancel", (event) => {
  event.preventDefault();
  closeView(false);
});

// A select that searches on the server.
let asked = 0;
async function suggest(input) {
  const combo = input.closest("[data-combo]");
  const list = combo.querySelector(".listbox");
  const mine = ++asked;
  if (input.value.length < Number(combo.dataset.least)) return hide(input);
  const body = { ...container(combo), block_id: combo.dataset.block, action_id: combo.dataset.action, value: input.value };
  const said = await send(person("options"), body);
  if (mine !== asked) return;
  const before = list.hidden ? null : list.querySelector("[aria-selected=true]")?.dataset.value;
  const groups = said.option_groups || [{ options: said.options || [] }];
  list.replaceChildren(...groups.flatMap((group) => [...(group.label ? [note(group.label.text)] : []), ...group.options.map(choice)]));
  if (!list.children.length) list.append(note(said.notice || "Nothing found"));
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  // An answer that comes while somebody moves through the list does not move the highlight.
  mark(list, Math.max(0, [...list.querySelectorAll("[role=option]")].findIndex((row) => row.dataset.value === before)), input);
  // Fixed, so that the modal's scrolling part does not cut it off.
  const at = input.getBoundingClientRect();
  Object.assign(list.style, { left: at.left + "px", minWidth: at.width + "px", maxWidth: innerWidth - at.left - 12 + "px" });
  list.style.top = (at.bottom + list.offsetHeight + 8 > innerHeight ? Math.max(8, at.top - list.offsetHeight - 3) : at.bottom + 3) + "px";
}
document.addEventListener("scroll", (event) => {
  const input = document.activeElement;
  if (input?.matches("[data-combo] [role=combobox]") && !event.target.matches?.(".listbox")) hide(input);
}, true);
const note = (text) => Object.assign(document.createElement("p"), { textContent: text });
function choice(option) {
  const row = Object.assign(document.createElement("div"), { textContent: option.text.text, id: "option-" + Math.random().toString(36).slice(2) });
  row.setAttribute("role", "option");
  row.dataset.value = option.value;
  if (option.description) row.append(document.createElement("br"), Object.assign(document.createElement("small"), { textContent: option.description.text }));
  row.dataset.label = option.text.text;
  return row;
}
/** Move the highlight of a listbox to its row `index` (wrapping). */
export function mark(list, index, input) {
  const rows = [...list.querySelectorAll("[role=option]")];
  rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === (index + rows.length) % rows.length)));
  const chosen = list.querySelector("[aria-selected=true]");
  chosen?.scrollIntoView({ block: "nearest" });
  chosen ? input.setAttribute("aria-activedescendant", chosen.id) : input.removeAttribute("aria-activedescendant");
}
/** The row of a listbox that is highlighted, as a number. */
export const marked = (list) => [...list.querySelectorAll("[role=option]")].findIndex((row) => row.ariaSelected === "true");
function hide(input) {
  input.closest("[data-combo]").querySelector(".listbox").hidden = true;
  input.setAttribute("aria-expanded", "false");
}
async function choose(row) {
  const combo = row.closest("[data-combo]");
  const input = combo.querySelector("[role=combobox]");
  const multi = "multi" in combo.dataset;
  const chip = document.createElement("span");
  chip.className = "chip";
  chip.append(Object.assign(document.createElement("input"), { type: "hidden", name: combo.dataset.name }), row.dataset.label);
  chip.firstChild.setAttribute("value", row.dataset.value);
  const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "✕", ariaLabel: "Remove " + row.dataset.label });
  remove.dataset.unchoose = "";
  chip.append(remove);
  const chosen = combo.querySelector(".chosen");
  multi ? chosen.append(chip) : chosen.replaceChildren(chip);
  input.value = "";
  hide(input);
  remember(combo, combo.dataset.name);
  if ("dispatch" in combo.dataset && (await confirmed(combo.dataset.confirm))) act(combo, { selected: multi ? collect(chosen.parentNode)[combo.dataset.name] : row.dataset.value });
}
let typing;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-combo] [role=combobox]")) return;
  clearTimeout(typing);
  typing = setTimeout(suggest, 120, event.target);
});
document.addEventListener("focusin", (event) => event.target.matches?.("[data-combo][data-least='0'] [role=combobox]") && suggest(event.target));
document.addEventListener("focusout", (event) => event.target.matches?.("[data-combo] [role=combobox]") && hide(event.target));
document.addEventListener("mousedown", (event) => {
  const row = event.target.closest("[data-combo] [role=option]");
  if (row) event.preventDefault(), choose(row);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unchoose]");
  if (!button) return;
  const combo = button.closest("[data-combo]");
  button.parentNode.remove();
  remember(combo, combo.dataset.name);
});
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-combo] [role=combobox]")) return;
  const list = input.closest("[data-combo]").querySelector(".listbox");
  if (event.key === "Enter") event.preventDefault();
  if (list.hidden) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") event.preventDefault(), mark(list, marked(list) + (event.key === "ArrowDown" ? 1 : -1), input);
  if (event.key === "Enter") list.querySelector("[aria-selected=true]") && choose(list.querySelector("[aria-selected=true]"));
  if (event.key === "Escape") event.preventDefault(), event.stopPropagation(), hide(input);
}, true);
