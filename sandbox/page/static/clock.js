// The sandbox's time goes on where it is shown: [data-ahead] has how many seconds it is ahead of this computer's clock.

const day = { day: "numeric", month: "long", year: "numeric" };
const minute = { hour: "2-digit", minute: "2-digit" };

setInterval(() => {
  for (const shown of document.querySelectorAll("[data-ahead]")) {
    const now = new Date(Date.now() + 1000 * shown.dataset.ahead);
    const words = `${now.toLocaleDateString("en-GB", day)}, ${now.toLocaleTimeString("en-GB", minute)}`;
    if (shown.textContent !== words) shown.textContent = words;
  }
}, 1000);
