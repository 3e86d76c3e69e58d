// The demo's clock: move it, then show the page as it is then.
for (const button of document.querySelectorAll("[data-demo] [data-jump]")) {
  button.addEventListener("click", async () => {
    const said = document.querySelector("[data-demo] [data-said]");
    for (const one of document.querySelectorAll("[data-demo] button")) one.disabled = true;
    button.textContent = "Time passes …";
    said.textContent = "Time passes.";
    const body = JSON.stringify({ to: button.dataset.jump });
    const answer = await fetch("/phone/clock", { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
    if (answer?.ok) { location.reload(); return; }
    const told = await answer?.json().catch(() => null);
    button.textContent = told?.error || "The demo does not answer.";
  });
}
