// The page: the clock on top, the phone and the notebook below, all drawn from one state.

import { tell, watch } from "./api.js";
import { put } from "./dom.js";
import { notebook } from "./notebook.js";
import { mine, phone } from "./phone.js";
import { day, short, time, title } from "./words.js";

const $ = (id) => document.getElementById(id);
let state = null;
let ahead = 0; // how far the demo's time is before this machine's

/** Run something the person asked for; what went wrong stands on top until the next thing goes right. */
async function act(deed) {
  try {
    const answer = await deed();
    notice("");
    await look();
    return answer ?? true;
  } catch (error) {
    notice(error.message);
    return null;
  }
}

function notice(text) {
  put($("notice"), text);
  $("notice").hidden = !text;
}

function lost(yes) {
  document.body.classList.toggle("lost", yes);
  if (yes) notice("The line to the demo is down. This page goes on as soon as it is back.");
  else if ($("notice").textContent.startsWith("The line")) notice("");
}

// ── the clock ────────────────────────────────────────────────────────────────────────────────────
function zone() {
  const area = mine(state.notebook)?.area;
  return (state.notebook.areas.find((a) => a.id === area) || state.notebook.areas[0])?.zone || "Europe/London";
}

function tick() {
  if (!state) return;
  const now = Date.now() + ahead;
  const text = `${day(now, zone())} ${time(now, zone())}`;
  if ($("time").dataset.text === text) return;
  $("time").dataset.text = text;
  const date = document.createElement("span");
  const hour = document.createElement("strong");
  date.textContent = day(now, zone());
  hour.textContent = time(now, zone());
  $("time").replaceChildren(date, " ", hour);
}

function clock() {
  ahead = new Date(state.now) - Date.now();
  tick();
  const { prompt, workshop } = state.next;
  const buttons = document.querySelectorAll("[data-jump]");
  for (const button of buttons) button.disabled = { prompt: !prompt, workshop: !workshop }[button.dataset.jump] ?? false;
  put($("next-prompt"), prompt ? `${title(prompt.what)}, ${short(prompt.at, zone())} ${time(prompt.at, zone())}` : mine(state.notebook)?.state === "joining" ? "once you have joined" : "none planned");
  put($("next-workshop"), workshop ? short(workshop, zone()) : "no date");
}

for (const button of document.querySelectorAll("[data-jump]")) {
  button.addEventListener("click", async () => {
    button.classList.add("busy");
    if (await act(() => tell("clock", { to: button.dataset.jump }))) await look(true);
    button.classList.remove("busy");
  });
}

// ── phone or notebook, on a narrow screen ────────────────────────────────────────────────────────
for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    document.body.dataset.side = button.dataset.show;
    for (const other of document.querySelectorAll("[data-show]")) other.setAttribute("aria-pressed", other === button);
    if (state) drawPhone(state);
  });
}

const drawPhone = phone(act);
const drawNotebook = notebook(act);
const look = watch((fresh) => {
  state = fresh;
  clock();
  drawPhone(state);
  drawNotebook(state);
}, lost);
setInterval(tick, 1000);
document.addEventListener("visibilitychange", () => { if (state) drawPhone(state); });
