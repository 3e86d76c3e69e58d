// Keys for readers: j k Enter c q r / ? Esc. Every one of them is also a link or a button that works without this file.
const panel = document.getElementById("panel");
const cards = [...document.querySelectorAll(".list .one[data-id]")];
const wide = window.matchMedia("(min-width: 1160px)");
let at = -1;

if (panel) panel.hidden = false;
const narrower = document.querySelector("details.narrower");
if (narrower && !("used" in narrower.dataset) && window.matchMedia("(max-width: 640px)").matches) narrower.open = false;

function move(to) {
  if (!cards.length) return;
  at = Math.max(0, Math.min(cards.length - 1, to));
  for (const card of cards) card.classList.remove("here");
  cards[at].classList.add("here");
  cards[at].focus();
  cards[at].scrollIntoView({ block: "nearest" });
}

async function open(card, then) {
  const link = card.querySelector("a.open");
  if (!wide.matches || !panel) { window.location.assign(link.href); return; }
  at = cards.indexOf(card);
  for (const other of cards) other.classList.toggle("here", other === card);
  await htmx.ajax("GET", link.getAttribute("href"), { target: "#panel", swap: "innerHTML" });
  panel.scrollTop = 0;
  card.scrollIntoView({ block: "nearest" });
  document.getElementById(then)?.focus({ preventScroll: true });
}

for (const card of cards) {
  card.addEventListener("focusin", () => { at = cards.indexOf(card); });
  card.querySelector("a.open").addEventListener("click", (event) => {
    if (!wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(card, "named");
  });
}

// Words that are marked in the open reflection go into the field below it, with their place.
document.addEventListener("selectionchange", () => {
  const text = document.getElementById("text");
  const field = document.getElementById("words");
  const chosen = document.getSelection();
  if (!text || !field || !chosen || chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
  const range = chosen.getRangeAt(0);
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  field.value = range.toString().trim();
  document.getElementById("near").value = [...before.toString()].length;
});

const keys = {
  j: () => move(at + 1),
  k: () => move(at - 1),
  Enter: () => { if (cards[at] && document.activeElement === cards[at]) open(cards[at], "named"); else return false; },
  c: () => {
    const card = cards[at];
    if (card && panel.querySelector("[data-id]")?.dataset.id !== card.dataset.id) open(card, "named");
    else document.getElementById("named")?.focus({ preventScroll: true });
  },
  q: () => document.getElementById("keep-quote")?.click(),
  r: () => {
    const card = cards[at];
    if (!card) return;
    htmx.ajax("POST", `/reflections/${card.dataset.id}/read`, { swap: "none" });
    for (const pill of card.querySelectorAll(".unread")) pill.remove();
    move(at + 1);
  },
  "/": () => document.getElementById("q")?.focus(),
  "?": () => {
    const help = document.querySelector("details.keys");
    if (help) { help.open = !help.open; help.querySelector("summary").focus(); }
  },
};

// Whoever speaks to their computer may press keys without wanting to: the keys can be switched off.
const switched = document.getElementById("use-keys");
if (switched) {
  switched.closest("label").hidden = false;
  switched.checked = window.localStorage.getItem("keys") !== "off";
  switched.addEventListener("change", () => window.localStorage.setItem("keys", switched.checked ? "on" : "off"));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" && window.localStorage.getItem("keys") === "off") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "Escape") {
    document.querySelectorAll("details.drop[open]").forEach((one) => { one.open = false; });
    if (cards[at]) cards[at].focus(); else document.activeElement?.blur();
    return;
  }
  if (typing || !(event.key in keys)) return;
  if (keys[event.key]() !== false) event.preventDefault();
});

// A file that was saved leaves the page as it is: its form may be sent again.
document.querySelector("form[data-again]")?.addEventListener("submit", (event) => {
  const form = event.target;
  window.setTimeout(() => { delete form.dataset.sent; form.closest("details").open = false; }, 1500);
});
