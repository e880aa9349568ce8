// The Team Drive tab: what the buttons at a document's line do.

import { remember, send, toast } from "./page.js";
import { editInPlace } from "./editing.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest(".line-tools button");
  if (!button) return;
  const line = button.closest("[data-line]");
  if ("lineBelow" in button.dataset) aim("Write", line);
  else if ("lineComment" in button.dataset) aim("Comment", line);
  else if ("lineEdit" in button.dataset) change(line);
});

// Enter adds, Shift+Enter is a new line.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches?.(".drive form[data-post] textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

/** Choose the line in a form beside the document, and go there. */
function aim(name, line) {
  const form = document.querySelector(`.drive form[aria-label="${name}"]`);
  form.elements.line.value = line.dataset.line;
  if (form.elements.line.selectedIndex < 0) form.elements.line.value = "";
  remember(form.elements.line, "line");
  form.elements.text.focus();
}

function change(line) {
  const { here, as } = line.closest("article").dataset;
  const key = line.dataset.line;
  const text = line.querySelector("template.source").content.textContent;
  editInPlace(line, "The line", text, async (typed) => {
    const said = await send(`${here}/change-line`, { as, line: key, text: typed });
    toast(said.notice);
    return !said.outcome;
  });
}
