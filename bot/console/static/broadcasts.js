// A message that goes out: the counts change as the server tells them. The page says the same when it is loaded anew.
const card = document.querySelector("[data-events]");
if (card) {
  const news = new EventSource(card.dataset.events);
  news.addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    for (const [outcome, count] of Object.entries(told.counts)) {
      card.querySelector(`[data-count="${outcome}"]`).textContent = count;
    }
    card.querySelector("progress").value = told.settled;
    card.querySelector("[data-said]").textContent = told.said;
  });
  news.addEventListener("done", () => {
    news.close();
    for (const piece of document.querySelectorAll("[data-while-waiting]")) piece.hidden = true;
    card.querySelector("h2").textContent = "Done";
    card.querySelector("[data-done-words]").hidden = false;
  });
}
