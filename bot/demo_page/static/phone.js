// The phone: bubbles, buttons, and a place to write.

import { tell } from "./api.js";
import { h, icon, keep, put } from "./dom.js";
import { day, length, time } from "./words.js";

const $ = (id) => document.getElementById(id);
const chat = $("chat");
const words = $("words");

/** Draws the phone, and sends what the person does. `act` runs something and shows what went wrong. */
export function phone(act) {
  let editing = "";
  let shown = "";

  // ── what is shown ──────────────────────────────────────────────────────────────────────────────
  function draw({ phone, notebook }) {
    const zone = (notebook.areas.find((a) => a.id === mine(notebook)?.area) || notebook.areas[0])?.zone || "Europe/London";
    const begun = phone.bubbles.length > 0;
    const opened = begun && chat.hidden;
    $("start").hidden = begun;
    chat.hidden = $("composer").hidden = $("another").hidden = $("block").hidden = !begun;
    const box = notebook.mailbox ? [{ id: "mailbox", name: "The mailbox, for anybody", code: notebook.mailbox.code }] : [];
    keep($("doors"), begun ? [] : [...notebook.areas, ...box], (area) => area.id, door);
    if (opened) grow(); // it has no height while it is hidden
    const follow = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 90;
    keep(chat, items(phone, zone), (item) => item.key, one);
    const newest = phone.bubbles.at(-1)?.id + phone.typing;
    if (newest !== shown && (follow || phone.bubbles.at(-1)?.side === "me")) chat.scrollTop = chat.scrollHeight;
    shown = newest;
    put($("bot"), notebook.bot);
    put($("avatar"), notebook.bot.slice(0, 1));
    put($("presence"), phone.blocked ? "blocked on this phone" : phone.typing ? "is typing…" : "computer helper");
    $("block").setAttribute("aria-pressed", phone.blocked);
    unread(phone);
  }

  function items(phone, zone) {
    const list = [];
    let today = "";
    const open = phone.bubbles.findLastIndex((bubble) => bubble.choices);
    const spoke = phone.bubbles.findLastIndex((bubble) => bubble.side === "me");
    for (const [n, bubble] of phone.bubbles.entries()) {
      const date = day(bubble.at, zone);
      if (date !== today) list.push({ key: `day-${date}-${bubble.id}`, day: (today = date) });
      list.push({ key: bubble.id, time: time(bubble.at, zone), editing: bubble.id === editing, past: n < open || n < spoke || (n < phone.bubbles.length - 1 && bubble.choices?.some((c) => c.tapped)), ...bubble });
    }
    if (phone.typing) list.push({ key: "typing", typing: true });
    return list;
  }

  function one(item) {
    if (item.day) return h("p", { class: "day" }, h("span", {}, item.day));
    if (item.typing) return h("p", { class: "bubble bot typing" }, h("span", { class: "said" }, "Typing"), h("i"), h("i"), h("i"));
    return h("article", { class: `message ${item.side}` }, body(item), item.choices && buttons(item), item.document && file(item), item.attachment && attachment(item));
  }

  function body(item) {
    const meta = h("span", { class: "meta" }, item.edited && item.side === "me" && "edited ", item.time);
    if (item.seconds !== undefined) {
      const bars = Array.from({ length: 22 }, (_, i) => h("i", { style: { height: `${22 + ((i * 37 + item.seconds * 13) % 70)}%` } }));
      return h("div", { class: "bubble me voice" }, icon("M6 4.500v11l9-5.500z"), h("span", { class: "wave", "aria-hidden": "true" }, bars),
        h("span", {}, h("span", { class: "said" }, "Voice note, "), length(item.seconds)), meta);
    }
    if (item.side === "bot") return h("div", { class: "bubble bot" }, h("div", { class: "text", html: item.html }), meta);
    return h("div", { class: "bubble me" + (item.editing ? " chosen" : "") }, h("p", { class: "text" }, item.text), meta,
      !item.text.startsWith("/") && h("button", { type: "button", class: "pen", title: "Change", onclick: () => edit(item) },
        icon("M4 16l.8-3.200L13 4.600a1.400 1.400 0 0 1 2 0l.4.4a1.400 1.400 0 0 1 0 2L7.200 15.200z"), h("span", { class: "said" }, `Change: ${item.text.slice(0, 40)}`)));
  }

  function buttons(item) {
    return h("div", { class: "choices" + (item.choices.length > 3 ? " many" : "") + (item.past ? " past" : "") }, item.choices.map((choice) =>
      h("button", { type: "button", class: "choice" + (choice.tapped ? " tapped" : ""), onclick: () => act(() => tell("phone/tap", { token: choice.token })) },
        choice.label, choice.tapped && h("span", { class: "said" }, " (tapped)"))));
  }

  function file(item) {
    const blob = `data:text/plain;charset=utf-8,${encodeURIComponent(item.document.text)}`;
    return h("a", { class: "file", href: blob, download: item.document.name }, icon("M5.500 2.500h6l3 3v12h-9zM11.500 2.500v3h3"), item.document.name);
  }

  function attachment(item) {
    const { kind, from } = item.attachment;
    if (kind === "voice") return h("audio", { class: "sound", controls: true, preload: "metadata", src: from });
    return h("img", { class: "picture", src: from, alt: "Your photo" });
  }

  function door(area) {
    return h("button", { type: "button", class: "door", onclick: () => act(() => tell("phone/start", { code: area.code })) },
      h("strong", {}, area.name), h("span", {}, `/start ${area.code}`));
  }

  function unread(phone) {
    const hidden = document.body.dataset.side !== "phone" && matchMedia("(max-width: 819px)").matches;
    $("unread").hidden = !(hidden && phone.unread);
    put($("unread"), hidden && phone.unread ? String(phone.unread) : "");
    if (!hidden && phone.unread && document.visibilityState === "visible") tell("phone/read").catch(() => {});
  }

  // ── what the person does ───────────────────────────────────────────────────────────────────────
  function edit(item) {
    editing = item.id;
    words.value = item.text;
    $("editing").hidden = false;
    grow();
    words.focus();
  }

  function leave() {
    editing = words.value = "";
    $("editing").hidden = true;
    grow();
  }

  function grow() {
    words.style.height = "auto";
    words.style.height = `${Math.min(words.scrollHeight, 120)}px`;
    $("composer").dataset.filled = words.value.trim() ? "yes" : "no";
  }

  async function send() {
    const text = words.value.trim();
    if (!text) return words.focus();
    const [path, body] = editing ? ["phone/edit", { id: editing, text }] : ["phone/say", { text }];
    leave();
    if (!(await act(() => tell(path, body)))) { words.value = text; grow(); }
  }

  $("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  $("leave-editing").addEventListener("click", leave);
  words.addEventListener("input", grow);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape" && editing) leave();
  });
  for (const button of document.querySelectorAll("[data-say]")) {
    button.addEventListener("click", () => act(() => tell("phone/say", { text: button.dataset.say })));
  }
  $("another").addEventListener("click", () => { leave(); act(() => tell("phone/another")); });
  $("block").addEventListener("click", () => act(() => tell("phone/block", { yes: $("block").getAttribute("aria-pressed") !== "true" })));
  recorder(act);
  grow();
  return draw;
}

/** Whoever holds this phone, once they have joined. */
export const mine = (notebook) => notebook.people.find((member) => member.mine);

/** Hold to record; or press once to begin and once to send. Nothing is heard: only the length is sent. */
function recorder(act) {
  const button = $("record");
  let since = 0;
  let held = false;
  let ticking = 0;

  function begin() {
    since = Date.now();
    button.classList.add("on");
    ticking = setInterval(() => put($("seconds"), length(seconds())), 250);
    put($("seconds"), "0:00");
  }
  const seconds = () => Math.floor((Date.now() - since) / 1000);
  function end(sent) {
    if (!since) return;
    const long = Math.max(1, seconds());
    since = 0;
    clearInterval(ticking);
    button.classList.remove("on");
    put($("seconds"), "");
    if (sent) act(() => tell("phone/voice", { seconds: long }));
  }

  button.addEventListener("pointerdown", (event) => {
    if (event.button || since) return;
    begin();
    held = true;
    button.setPointerCapture(event.pointerId);
  });
  button.addEventListener("pointerup", () => {
    if (held && Date.now() - since > 600) end(true); // held; a short press goes on until the next one
  });
  button.addEventListener("pointercancel", () => end(false));
  button.addEventListener("click", (event) => {
    const byKey = event.detail === 0;
    if (held && !byKey) { held = false; return; } // the press that began it
    if (since) end(true);
    else if (byKey) begin();
  });
  button.addEventListener("keydown", (event) => { if (event.key === "Escape") end(false); });
  button.addEventListener("blur", () => end(false));
}
