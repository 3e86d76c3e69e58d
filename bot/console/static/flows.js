// The newest words on the phone are in view.
const down = () => { for (const log of document.querySelectorAll("[data-phone-log]")) log.scrollTop = log.scrollHeight; };
down();
document.addEventListener("htmx:afterSwap", () => { down(); document.getElementById("try-say")?.focus({ preventScroll: true }); });
