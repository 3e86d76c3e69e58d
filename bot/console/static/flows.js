// The newest words on the phone, and the first step of the picture, are in view.
const down = () => { for (const log of document.querySelectorAll("[data-phone-log]")) log.scrollTop = log.scrollHeight; };
down();
document.addEventListener("htmx:afterSwap", () => { down(); document.getElementById("try-say")?.focus({ preventScroll: true }); });
for (const graph of document.querySelectorAll("[data-graph]")) graph.scrollLeft = Math.max(0, graph.dataset.graph - graph.clientWidth / 2 + 90);
