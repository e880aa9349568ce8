// Mails as their recipient sees them: the frame is as tall as its mail, and a Calendly link leads to the booking tab.

import { afterMorph } from "./page.js";

const prepared = new WeakSet(); // the mails' documents that have our listener

function prepare(frame) {
  const inside = frame.contentDocument;
  if (!inside?.body) return;
  frame.style.height = inside.body.scrollHeight + 36 + "px";
  if (prepared.has(inside)) return;
  prepared.add(inside);
  inside.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.hostname !== "calendly.com") return;
    event.preventDefault();
    location.hash = "book/" + link.pathname.split("/").pop();
  });
}
afterMorph((element) => {
  for (const frame of element.querySelectorAll("iframe.mail-body")) {
    frame.onload = () => prepare(frame);
    prepare(frame);
  }
});
