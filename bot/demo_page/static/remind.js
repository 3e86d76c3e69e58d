// Reminders: choose what and for whom, see the count and who is left out, send once, watch each copy arrive.

import { tell } from "./api.js";
import { h, icon, keep, put } from "./dom.js";
import { OUTCOMES, STATES, day, people, time, title } from "./words.js";

/** The form, its preview, and the list of what became of each copy. */
export function remind(act) {
  const template = h("select", { id: "remind-template", name: "template" });
  const areas = h("div", { class: "checks" });
  const states = h("div", { class: "checks" }, ["active", "paused"].map((s) => check("states", s, STATES[s], s === "active")));
  const unanswered = h("select", { id: "remind-flow", name: "not_answered" });
  const total = h("p", { class: "total", "aria-live": "polite" });
  const why = h("ul", { class: "leftout" });
  const sample = h("div", { class: "bubble bot sample" });
  const submit = h("button", { type: "submit", class: "button strong", disabled: true }, "Send");
  const form = h("form", { class: "remind-form" },
    h("div", { class: "fields" },
      h("label", { class: "field", for: "remind-template" }, h("span", {}, "Reminder"), template),
      h("fieldset", {}, h("legend", {}, "Areas ", h("span", { class: "fine" }, "(none ticked: all)")), areas),
      h("fieldset", {}, h("legend", {}, "Who"), states),
      h("label", { class: "field", for: "remind-flow" }, h("span", {}, "Only who has not answered"), unanswered)),
    h("div", { class: "before" }, h("h3", {}, "Before you send"), total, why, h("p", { class: "fine" }, "It reads like this:"), sample, submit));
  const chooser = h("select", { id: "shipment" });
  const counts = h("p", { class: "fine", "aria-live": "polite" });
  const rows = h("tbody");
  const ledger = h("section", { class: "ledger" },
    h("div", { class: "tools" }, h("h3", {}, "What became of it"), h("label", { class: "field", for: "shipment" }, h("span", { class: "said" }, "Which reminder"), chooser)), counts,
    h("div", { class: "wide" }, h("table", {}, h("caption", { class: "said" }, "One row for each person"),
      h("thead", {}, h("tr", {}, ["Code name", "Area", "Outcome", "Reply", "Time"].map((t) => h("th", { scope: "col" }, t)))), rows)));
  const none = h("p", { class: "empty" }, "No reminder was sent yet. After you send one, each person has a row here with what became of their copy.");

  let key = crypto.randomUUID();
  let last = null;
  let asked = 0;
  let audience = "";

  function check(name, value, label, checked) {
    return h("label", { class: "check" }, h("input", { type: "checkbox", name, value, checked }), h("span", {}, label));
  }

  function wanted() {
    const data = new FormData(form);
    return { template: data.get("template"), areas: data.getAll("areas"), states: data.getAll("states"), not_answered: data.get("not_answered"), key };
  }

  async function preview() {
    const turn = ++asked;
    submit.disabled = true;
    const body = wanted();
    if (!body.template) return;
    try {
      const found = await tell("notebook/preview", body);
      if (turn === asked) show(found);
    } catch (error) {
      if (turn === asked) { put(total, error.message); why.replaceChildren(); sample.hidden = true; }
    }
  }

  function show(found) {
    total.replaceChildren(h("strong", {}, String(found.people)), found.people === 1 ? " person will get it" : " people will get it");
    const lines = found.left_out.map((l) => h("li", {}, h("strong", {}, String(l.people)), ` left out: ${l.reason}`));
    why.replaceChildren(...lines, ...(found.warning ? [h("li", { class: "warn" }, found.warning)] : []));
    sample.hidden = !found.sample;
    sample.innerHTML = found.html; // the server's own, already escaped
    submit.disabled = found.people === 0;
    put(submit, found.people ? `Send to ${people(found.people)}` : "Nobody to send it to");
  }

  form.addEventListener("change", () => { key = crypto.randomUUID(); preview(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const sent = await act(() => tell("notebook/send", wanted()));
    if (sent) {
      key = crypto.randomUUID();
      chooser.value = sent.id;
      if (last) draw(last);
      ledger.scrollIntoView({ block: "nearest" });
    }
    preview();
  });
  chooser.addEventListener("change", () => last && draw(last));

  function options(select, values, first) {
    const print = values.map((v) => v[0]).join();
    if (select.dataset.print === print) return;
    const chosen = select.value;
    select.replaceChildren(...(first ? [h("option", { value: "" }, first)] : []), ...values.map(([v, text]) => h("option", { value: v }, text)));
    if (values.some(([v]) => v === chosen)) select.value = chosen;
    select.dataset.print = print;
  }

  function draw(s) {
    last = s;
    options(template, s.templates.map((t) => [t, title(t)]));
    options(unanswered, s.flows.map((f) => [f, title(f)]), "Does not matter");
    keep(areas, s.areas.map(({ id, name }) => ({ id, name })), (a) => a.id, (a) => check("areas", a.id, a.name, false));
    const now = s.people.map((m) => m.code_name + m.state + m.reachable).join() + s.shipments.length;
    if (now !== audience) { audience = now; preview(); }
    history(s);
  }

  function history(s) {
    none.hidden = s.shipments.length > 0;
    ledger.hidden = !s.shipments.length;
    options(chooser, s.shipments.map((b) => [b.id, `${title(b.template)}, ${day(b.at, s.zone(""))} ${time(b.at, s.zone(""))}`]));
    const shown = s.shipments.find((b) => b.id === chooser.value) || s.shipments[0];
    if (!shown) return;
    const by = Object.keys(OUTCOMES).map((o) => [shown.rows.filter((r) => r.outcome === o).length, OUTCOMES[o].toLowerCase()]);
    put(counts, `${people(shown.rows.length)} in the audience: ${by.filter(([n]) => n).map(([n, o]) => `${n} ${o}`).join(" · ")}`);
    keep(rows, shown.rows.map((r) => ({ ...r, where: s.name(r.area), time: r.at && time(r.at, s.zone(r.area)) })), (r) => shown.id + r.code_name, (r) =>
      h("tr", {}, h("th", { scope: "row" }, h("span", { class: "code" }, r.code_name)), h("td", {}, r.where),
        h("td", {}, h("span", { class: `pill ${r.outcome}` }, r.outcome === "sent" && icon("M5 10.500l3.200 3.200L15 6.800"), OUTCOMES[r.outcome] || r.outcome), r.reason && h("span", { class: "fine" }, ` ${r.reason}`)),
        h("td", {}, r.reply ? title(r.reply) : h("span", { class: "fine" }, "–")), h("td", { class: "fine" }, r.time || "")));
  }
  return { parts: [form, none, ledger], draw };
}
