// Workshop dates: change one, see what will move, then save. Times are on the area's own clocks.

import { tell } from "./api.js";
import { h, keep, put } from "./dom.js";
import { day, isoDay, people, time } from "./words.js";

/** A card an area and wave, each with its own small form. */
export function workshops(act) {
  const cards = h("div", { class: "cards" });

  function card(m) {
    const id = (part) => `w-${m.area}-${m.wave}-${part}`;
    const input = (part, label, attributes) => h("label", { class: `field for-${part}`, for: id(part) }, h("span", {}, label),
      h("input", { id: id(part), name: part, required: part !== "place", ...attributes }));
    const outcome = h("p", { class: "outcome", role: "status" });
    const button = h("button", { type: "submit", class: "button", disabled: true }, "See what moves");
    const form = h("form", { class: "meeting" },
      h("header", {}, h("h3", {}, `${m.name} `, h("span", { class: "fine" }, `Workshop ${m.wave}`)),
        h("p", { class: "fine" }, m.set ? `${m.day}, ${m.from} to ${m.until}` : "No date yet")),
      h("div", { class: "row" },
        input("day", "Date", { type: "date", value: m.iso }), input("start", "From", { type: "time", value: m.from || "10:00" }),
        input("end", "Until", { type: "time", value: m.until || "15:00" })),
      input("place", "Place", { type: "text", value: m.place, maxlength: "200", autocomplete: "off" }),
      outcome,
      h("div", { class: "row last" }, m.over && h("button", { type: "button", class: "button", onclick: everyone }, "Everybody came"), m.over && h("span", { class: "fine" }, `${people(m.marked)} marked`), button));
    let sure = false;

    function ask() {
      const data = Object.fromEntries(new FormData(form));
      return { area: m.area, wave: m.wave, ...data, start: `${data.start.slice(0, 5)}:00`, end: `${data.end.slice(0, 5)}:00` };
    }
    function again() {
      sure = false;
      button.disabled = false;
      button.classList.remove("strong");
      put(button, "See what moves");
      put(outcome, "");
      form.dataset.touched = "yes";
    }
    async function everyone() {
      const marked = await act(() => tell("notebook/attended", { area: m.area, wave: m.wave }));
      if (marked) put(outcome, marked.people ? `${people(marked.people)} marked as there.` : "Everybody was marked already.");
    }
    async function submit(event) {
      event.preventDefault();
      button.disabled = true;
      try {
        const found = await tell("notebook/move", { ...ask(), dry: !sure });
        if (sure) {
          delete form.dataset.touched;
          put(outcome, `Saved. ${found.moved} prompts moved.`);
          put(button, "See what moves");
          sure = false;
          return;
        }
        outcome.replaceChildren(`${count(found.moved, "prompt moves", "prompts move")}, ${found.sent} already sent stay as they are`, found.dropped ? `, ${found.dropped} fall away.` : ".", found.warning ? h("strong", { class: "warn" }, ` ${found.warning}`) : "");
        sure = true;
        button.disabled = false;
        button.classList.add("strong");
        put(button, "Save this date");
      } catch (error) {
        outcome.replaceChildren(h("strong", { class: "warn" }, error.message));
      }
    }
    form.addEventListener("input", again);
    form.addEventListener("submit", submit);
    return form;
  }

  const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

  function draw(s) {
    const shown = s.shownAreas.flatMap((a) => [1, 2].map((wave) => {
      const m = s.meetings.find((x) => x.area === a.id && x.wave === wave);
      if (!m) return { area: a.id, wave, name: a.name, set: false, iso: "", place: "" };
      return { area: a.id, wave, name: a.name, set: true, iso: isoDay(m.starts_at, a.zone), day: day(m.starts_at, a.zone),
        from: time(m.starts_at, a.zone), until: time(m.ends_at, a.zone), place: m.place, marked: m.marked, over: m.starts_at <= s.now };
    }));
    const busy = [...cards.querySelectorAll("form[data-touched]")].map((f) => f.dataset.key);
    const keyOf = (m) => `${m.area}-${m.wave}`;
    keep(cards, shown.map((m) => (busy.includes(keyOf(m)) ? JSON.parse([...cards.children].find((c) => c.dataset.key === keyOf(m)).dataset.print) : m)), keyOf, card);
  }
  return { parts: [h("p", { class: "fine intro" }, "Move a date and every prompt that was not sent yet moves with it. What was sent stays as it was."), cards], draw };
}
