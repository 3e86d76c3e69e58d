// What workshop 2 is about: the key issues out of what people said, and what those in charge have answered.

import { h, keep } from "./dom.js";
import { people, short } from "./words.js";

const STATES = {
  asked: "Asked", planned: "Planned", doing: "Being done", done: "Done", looking: "Looking into it", passed: "Passed on",
  not_done: "Will not be done", no_reply: "No reply yet",
};

/** A card a key issue. */
export function agenda() {
  const none = h("p", { class: "empty" },
    "Nothing yet. Nine days before workshop 2 the demo’s invented team makes three key issues for each area out of what people said. Your own words are among them if you shared them with the group.");
  const how = h("p", { class: "intro fine" },
    "Made up for this demo by an invented team, out of what people said. Real ones are built with the command reconvene issue and take the approval of two people.");
  const cards = h("div", { class: "stream" });

  function answer(a) {
    return h("li", {}, h("span", { class: `pill ${a.state === "no_reply" ? "bad" : "accent"}` }, STATES[a.state] || a.state),
      h("p", { class: "what" }, h("strong", {}, a.owner), a.reply && `: ${a.reply}`), h("span", { class: "fine" }, `by ${a.due}`));
  }

  function one(i) {
    return h("article", { class: "reflection issue" },
      h("h3", {}, `${i.number}. ${i.title}`, h("span", { class: "fine" }, ` ${i.where} · ${people(i.people)} spoke of it`)),
      i.chain.length > 0 && h("p", {}, i.chain.join(" → ")),
      i.quote && h("blockquote", {}, `“${i.quote}”`),
      i.assets.length > 0 && h("p", { class: "fine" }, `Could help: ${i.assets.join(", ")}`),
      i.approved_by.length > 0 && h("p", { class: "fine" }, `Approved by ${i.approved_by.join(" and ")}`),
      i.answers.length > 0 && h("ul", { class: "rows" }, i.answers.map(answer)));
  }

  function draw(s) {
    none.hidden = s.issues.length > 0;
    how.hidden = !none.hidden;
    const dated = (a, area) => ({ ...a, due: short(`${a.due_on}T12:00:00Z`, s.zone(area)) });
    const shown = s.issues.map((i) => ({ ...i, where: s.name(i.area), answers: i.answers.map((a) => dated(a, i.area)) }));
    keep(cards, shown, (i) => `${i.area}-${i.number}`, one);
  }
  return { parts: [none, how, cards], draw };
}
