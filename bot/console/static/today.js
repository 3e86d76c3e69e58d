// While the page is looked at, the queue is asked for every half minute, and what is new is said once.
const SECONDS = 30;
const count = () => Number(document.getElementById("queue")?.dataset.n ?? 0);
let known = count();

setInterval(() => {
  const queue = document.getElementById("queue");
  // Somebody who is in the middle of it is not interrupted.
  if (document.visibilityState === "visible" && queue && !queue.contains(document.activeElement)) window.htmx?.trigger(queue, "look");
}, SECONDS * 1000);

document.body.addEventListener("htmx:afterSettle", () => {
  const now = count();
  if (now !== known) {
    document.getElementById("news").textContent = now > known ? `New on the list. ${now} things wait.` : `${now} things wait.`;
    known = now;
  }
});
