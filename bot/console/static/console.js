// Small helps. Every page can be read, and its main forms sent, without this file.
for (const field of document.querySelectorAll("[data-submit]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
for (const button of document.querySelectorAll("form [data-sure]")) {
  button.addEventListener("click", (event) => { if (!window.confirm(button.dataset.sure)) event.preventDefault(); });
}
// A form that was sent is not sent twice by an impatient thumb.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  window.addEventListener("pageshow", () => { delete form.dataset.sent; }, { once: true });
});
// On a narrow screen the side bar is a strip: the page one is on stands in it where it can be seen.
for (const here of document.querySelectorAll(".side [aria-current], .tabs [aria-current]")) {
  const strip = here.closest("nav");
  if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = here.offsetLeft - strip.offsetLeft - 48;
}
