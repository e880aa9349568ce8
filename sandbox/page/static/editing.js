// Changing something written where it stands: a text area in its place until it is saved or left.

import { refresh } from "./page.js";

/** Put a text area with `text` into `box`; `save(text)` answers whether it may close. */
export function editInPlace(box, label, text, save) {
  const form = document.createElement("form");
  form.className = "edit-form";
  form.innerHTML = '<textarea rows="1"></textarea><span><button class="btn primary">Save changes</button><button type="button" class="btn">Cancel</button></span>';
  const area = form.querySelector("textarea");
  area.ariaLabel = label;
  area.value = text;
  const before = [...box.childNodes];
  box.replaceChildren(form);
  area.focus();
  const back = () => {
    box.replaceChildren(...before);
    // What was fetched meanwhile passed this box by, the change itself too if its news came before its answer.
    const region = box.closest("[data-src]");
    if (region) refresh(region);
  };
  form.querySelector("[type=button]").onclick = back;
  form.onkeydown = (event) => event.key === "Escape" ? back() : event.key === "Enter" && !event.shiftKey && !event.isComposing && (event.preventDefault(), form.requestSubmit());
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (await save(area.value)) back();
  };
}
