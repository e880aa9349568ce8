// Mails as their recipient sees them: the frame is as tall as its mail, and a Calendly link leads to the booking tab.

import { afterMorph } from "./page.js";

function prepare(frame) {
  const inside = frame.contentDocument;
  if (!inside?.body || frame.dataset.height === String(inside.documentElement.scrollHeight)) return;
  frame.style.height = inside.documentElement.scrollHeight + 4 + "px";
  frame.dataset.height = inside.documentElement.scrollHeight;
  inside.onclick = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || new URL(link.href).hostname !== "calendly.com") return;
    event.preventDefault();
    location.hash = "book/" + new URL(link.href).pathname.split("/").pop();
  };
}
afterMorph((element) => {
  for (const frame of element.querySelectorAll("iframe.mail-body")) {
    frame.onload = () => prepare(frame);
    prepare(frame);
  }
});
