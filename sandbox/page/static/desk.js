// Mails as their recipient sees them: the frame is as tall as its mail; links to Calendly and to a shared document lead
// to their tabs.

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
    const at = link && place(link);
    if (!at) return;
    event.preventDefault();
    location.hash = at;
  });
}
/** Where in this page a mail's link leads; "" for elsewhere. */
function place(link) {
  if (link.hostname === "calendly.com") return "book/" + link.pathname.split("/").pop();
  const file = link.host === location.host && link.pathname.match(/^\/google\/(?:document|file|drive)\/(?:d|folders)\/([\w-]+)/);
  const reader = file && new URL(link.href).searchParams.get("as");
  return file ? `drive/${file[1]}${reader ? "/" + encodeURIComponent(reader) : ""}` : "";
}
afterMorph((element) => {
  for (const frame of element.querySelectorAll("iframe.mail-body")) {
    frame.onload = () => prepare(frame);
    prepare(frame);
  }
});
