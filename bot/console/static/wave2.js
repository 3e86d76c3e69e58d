// On a narrow screen the tabs scroll: the one that is open is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
// Statements by keyboard: j and k move, a shows it, r and h open the box for the reason. All of it works by Tab, too.
const items = [...document.querySelectorAll("[data-item]")];
const here = () => items.findIndex((item) => item.contains(document.activeElement));
const busy = (target) => target.matches("input, textarea, select, [contenteditable]");
function press(item, key) {
  const control = item.querySelector(`[data-key="${key}"]`);
  if (!control || control.disabled) return;
  control.click();
  if (control.matches("summary") && control.parentElement.open) control.parentElement.querySelector("input[name=reason]").focus();
}
if (items.length) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
    const at = here();
    if (event.key === "j" || event.key === "k") {
      const next = event.key === "j" ? Math.min(at + 1, items.length - 1) : Math.max(at - 1, 0);
      items[next].focus();
    } else if ("arh".includes(event.key) && at >= 0) {
      press(items[at], event.key);
    } else return;
    event.preventDefault();
  });
  if (location.hash === "#queue") items[0].focus();
}
