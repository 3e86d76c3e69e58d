// The facilitator's notebook: tabs, and the pages that are only read. Forms live in remind.js and workshops.js.

import { tell } from "./api.js";
import { agenda } from "./agenda.js";
import { h, icon, keep, put } from "./dom.js";
import { remind } from "./remind.js";
import { workshops } from "./workshops.js";
import { REQUESTS, STATES, ago, day, length, people, short, time, title } from "./words.js";

const $ = (id) => document.getElementById(id);
const TABS = [
  ["today", "Today"], ["people", "People"], ["planned", "Planned"],
  ["reflections", "Reflections"], ["agenda", "Agenda"], ["remind", "Remind"], ["workshops", "Workshops"],
];

const FEW = 4; // requests shown at first

/** Draws the notebook; the area chosen on top holds for every page of it. */
export function notebook(act) {
  const pages = { today: today(act, open), people: listPeople(), planned: planned(), reflections: reflections(), agenda: agenda(),
    remind: remind(act), workshops: workshops(act) };
  const tabs = TABS.map(([id, name]) => h("button", {
    type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, onclick: () => open(id),
  }, name, h("span", { class: "count" })));
  $("tabs").append(...tabs);
  $("tabs").addEventListener("keydown", move);
  for (const [id] of TABS) {
    const panel = h("section", { role: "tabpanel", class: `panel ${id}`, id: `panel-${id}`, "aria-labelledby": `tab-${id}`, tabindex: "0" });
    panel.append(...pages[id].parts);
    $("panels").append(panel);
  }
  let state = null;
  $("area").addEventListener("change", () => state && draw(state));
  open(TABS.some(([id]) => id === location.hash.slice(1)) ? location.hash.slice(1) : "today");

  function open(wanted) {
    history.replaceState(null, "", wanted === "today" ? location.pathname : `#${wanted}`);
    TABS.forEach(([id], n) => {
      tabs[n].setAttribute("aria-selected", id === wanted);
      tabs[n].tabIndex = id === wanted ? 0 : -1;
      $(`panel-${id}`).hidden = id !== wanted;
    });
  }

  function move(event) {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    open(TABS[next][0]);
    tabs[next].focus();
  }

  function draw(fresh) {
    state = fresh;
    chooseArea(state.notebook.areas);
    const seen = look(state, $("area").value);
    for (const [id] of TABS) pages[id].draw(seen);
    const counts = { today: seen.requests.length, people: seen.people.length, reflections: seen.reflections.length,
      agenda: seen.issues.length };
    TABS.forEach(([id], n) => put(tabs[n].querySelector(".count"), counts[id] ? String(counts[id]) : ""));
  }
  return draw;
}

function chooseArea(areas) {
  const select = $("area");
  if (select.options.length !== areas.length + 1) {
    select.append(...areas.map((area) => h("option", { value: area.id }, area.name)));
  }
}

/** The state as one area sees it, with areas by name. */
function look({ now, next, notebook }, area) {
  const here = (thing) => !area || thing.area === area || !thing.area;
  const byId = new Map(notebook.areas.map((a) => [a.id, a]));
  return {
    ...notebook, now, next, chosen: area, byId,
    zone: (id) => byId.get(id)?.zone || "Europe/London",
    name: (id) => byId.get(id)?.name || "",
    shownAreas: notebook.areas.filter((a) => !area || a.id === area),
    people: notebook.people.filter(here),
    planned: notebook.planned.filter(here),
    reflections: notebook.reflections.filter(here),
    requests: notebook.requests.filter(here),
    meetings: notebook.meetings.filter(here),
    issues: notebook.issues.filter(here),
  };
}

export const code = (name, mine) => h("span", { class: "code" }, name, mine && h("span", { class: "you" }, "this phone"));
const empty = (text) => h("p", { class: "empty" }, text);

// ── today ────────────────────────────────────────────────────────────────────────────────────────
function today(act, open) {
  const asked = h("ul", { class: "rows requests" });
  const none = empty("Nobody is waiting for you. When a person types HUMAN, they stand here.");
  const more = h("button", { type: "button", class: "link more", hidden: true, onclick: () => { all = true; draw(last); } });
  const areas = h("tbody");
  let all = false;
  let last = null;
  const next = h("p", { class: "upnext" });
  const box = h("p", { class: "fine mailbox" });
  const news = h("ul", { class: "rows news" });
  const quiet = empty("Nothing yet. Tap a place on the phone to be the first to join.");
  const parts = [
    h("h3", {}, "How it goes"), next,
    h("div", { class: "wide" }, h("table", {},
      h("caption", { class: "said" }, "People by area"),
      h("thead", {}, h("tr", {}, ["Area", "Joined", "Taking part", "Heard from", "Workshop 1"].map((t) => h("th", { scope: "col" }, t)))), areas)), box,
    h("h3", {}, "Waiting for you"), none, asked, more,
    h("h3", {}, "Just now"), quiet, news,
  ];

  function request(r) {
    return h("li", {}, h("span", { class: `pill ${r.kind}` }, REQUESTS[r.kind] || title(r.kind)),
      h("div", { class: "what" }, h("p", {}, r.code_name ? code(r.code_name) : "Somebody", r.where && h("span", { class: "fine" }, ` ${r.where}`)), r.note && h("p", { class: "fine" }, r.note)),
      h("span", { class: "fine" }, r.ago),
      h("button", { type: "button", class: "button", onclick: () => act(() => tell("notebook/done", { ids: [r.id] })) }, "Done", h("span", { class: "said" }, ` with ${r.code_name}`)));
  }

  function row(a) {
    return h("tr", {}, h("th", { scope: "row" }, a.name),
      h("td", {}, h("span", { class: "meter" }, h("i", { style: { width: `${a.share}%` } })), a.joined, a.target ? h("span", { class: "fine" }, ` of ${a.target}`) : ""),
      h("td", {}, a.active), h("td", {}, a.heard), h("td", {}, a.meeting || h("span", { class: "fine" }, "no date")));
  }

  function draw(s) {
    const zone = s.zone(s.chosen);
    last = s;
    none.hidden = s.requests.length > 0;
    more.hidden = all || s.requests.length <= FEW;
    put(more, `Show all ${s.requests.length}`);
    keep(asked, s.requests.slice(0, all ? undefined : FEW).map((r) => ({ ...r, where: s.name(r.area), ago: ago(r.at, s.now, zone) })), (r) => r.id, request);
    keep(areas, s.shownAreas.map((a) => {
      const meeting = s.meetings.find((m) => m.area === a.id && m.wave === 1);
      return { ...a, meeting: meeting && `${short(meeting.starts_at, a.zone)}, ${time(meeting.starts_at, a.zone)}` };
    }), (a) => a.id, row);
    box.hidden = !s.mailbox;
    put(box, s.mailbox ? `Mailbox: ${s.mailbox.messages} messages. ${s.mailbox.by_area.map(([area, n]) => `${s.name(area) || "Elsewhere"} ${n}`).join(" · ")}` : "");
    const first = s.planned.find((p) => p.at > s.now);
    next.replaceChildren(...(first
      ? ["Next, ", h("strong", {}, `${day(first.at, s.zone(first.area))} at ${time(first.at, s.zone(first.area))}`), `: ${title(first.what)}, ${people(first.code_names.length)} in ${s.name(first.area)}. `,
        h("button", { type: "button", class: "link", onclick: () => { open("planned"); $("tab-planned").focus(); } }, "All that is planned")]
      : ["Nothing is planned yet. Prompts appear as soon as people have joined."]));
    const events = [
      ...s.people.map((m) => ({ key: `j${m.code_name}`, at: m.joined_at, who: m.code_name, mine: m.mine, area: m.area, text: m.state === "joining" ? "opened the link" : "joined" })),
      ...s.reflections.map((r) => ({ key: `r${r.id}`, at: r.at, who: r.code_name, area: r.area, text: `answered “${title(r.flow)}”` })),
    ].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 8);
    quiet.hidden = events.length > 0;
    keep(news, events.map((e) => ({ ...e, where: s.name(e.area), ago: ago(e.at, s.now, s.zone(e.area)) })), (e) => e.key, (e) =>
      h("li", {}, h("p", { class: "what" }, code(e.who, e.mine), ` ${e.text} `, h("span", { class: "fine" }, e.where)), h("span", { class: "fine" }, e.ago)));
  }
  return { parts, draw };
}

// ── people ───────────────────────────────────────────────────────────────────────────────────────
function listPeople() {
  const find = h("input", { type: "search", id: "find", placeholder: "Heron-14", autocomplete: "off", spellcheck: "false" });
  const rows = h("tbody");
  const none = empty("Nobody has joined yet.");
  const counts = h("p", { class: "fine", "aria-live": "polite" });
  let last = null;
  find.addEventListener("input", () => last && draw(last));
  const parts = [
    h("div", { class: "tools" }, h("label", { class: "field", for: "find" }, h("span", {}, "Find a code name"), find), counts), none,
    h("div", { class: "wide" }, h("table", {}, h("caption", { class: "said" }, "Participants"),
      h("thead", {}, h("tr", {}, ["Code name", "Area", "State", "Last heard"].map((t) => h("th", { scope: "col" }, t)))), rows)),
  ];

  function draw(s) {
    last = s;
    const wanted = find.value.trim().toLowerCase();
    const shown = s.people.filter((m) => m.code_name.toLowerCase().includes(wanted))
      .sort((a, b) => b.mine - a.mine || (a.last_heard_at < b.last_heard_at ? 1 : -1));
    none.hidden = s.people.length > 0;
    put(counts, Object.entries(STATES).map(([state, name]) => [s.people.filter((m) => m.state === state).length, name.toLowerCase()])
      .filter(([n]) => n).map(([n, name]) => `${n} ${name}`).join(" · "));
    keep(rows, shown.map((m) => ({ ...m, where: s.name(m.area), ago: ago(m.last_heard_at, s.now, s.zone(m.area)) })), (m) => m.code_name, (m) =>
      h("tr", {}, h("th", { scope: "row" }, code(m.code_name, m.mine)), h("td", {}, m.where),
        h("td", {}, h("span", { class: `pill ${m.state}` }, STATES[m.state]), !m.reachable && h("span", { class: "pill bad" }, "Blocked")),
        h("td", { class: "fine" }, m.ago)));
  }
  return { parts, draw };
}

// ── planned ──────────────────────────────────────────────────────────────────────────────────────
function planned() {
  const days = h("div", { class: "days" });
  const none = empty("Nothing is planned. Prompts appear here as soon as people have joined.");

  function one(group) {
    return h("section", { class: "daygroup" }, h("h3", {}, group.day), h("ul", { class: "rows" }, group.rows.map((p) =>
      h("li", { class: p.next ? "next" : false }, h("span", { class: "hour" }, p.time),
        h("details", { class: "what" }, h("summary", {}, h("span", {}, title(p.what)), p.next && h("span", { class: "pill accent" }, "Next"), p.mine && h("span", { class: "you" }, "this phone")),
          p.areas.map((a) => h("p", { class: "codes" }, h("strong", {}, a.name), " ", a.code_names.join(", ")))),
        h("span", { class: "fine" }, `${people(p.n)}, ${p.areas.length > 1 ? `${p.areas.length} areas` : p.areas[0].name}`)))));
  }

  function draw(s) {
    const first = s.planned.find((p) => p.at > s.now);
    const groups = new Map();
    for (const p of s.planned.slice(0, 400)) {
      const date = day(p.at, s.zone(p.area));
      if (!groups.has(date)) groups.set(date, { day: date, rows: [] });
      const rows = groups.get(date).rows;
      const clock = time(p.at, s.zone(p.area));
      let row = rows.find((r) => r.time === clock && r.what === p.what);
      if (!row) rows.push((row = { what: p.what, time: clock, next: false, mine: false, n: 0, areas: [] }));
      row.areas.push({ name: s.name(p.area), code_names: p.code_names });
      row.n += p.code_names.length;
      row.next ||= p.at === first?.at && p.what === first.what;
      row.mine ||= p.mine;
    }
    none.hidden = groups.size > 0;
    const open = new Set([...days.querySelectorAll("details[open] summary")].map((d) => d.textContent + d.closest("li").textContent));
    keep(days, [...groups.values()], (g) => g.day, one);
    for (const d of days.querySelectorAll("summary")) if (open.has(d.textContent + d.closest("li").textContent)) d.parentElement.open = true;
  }
  return { parts: [none, days], draw };
}

// ── reflections ──────────────────────────────────────────────────────────────────────────────────
function reflections() {
  const flow = h("select", { id: "reflection-flow" }, h("option", { value: "" }, "All conversations"));
  const hidden = h("p", { class: "fine hiddenones" });
  const list = h("div", { class: "stream", role: "log", "aria-label": "Reflections, newest first" });
  const none = empty("No reflections yet. They arrive here as people answer, newest first.");
  let last = null;
  flow.addEventListener("change", () => last && draw(last));
  const parts = [h("div", { class: "tools" }, h("label", { class: "field", for: "reflection-flow" }, h("span", {}, "Conversation"), flow), hidden), none, list];

  function draw(s) {
    last = s;
    const flows = [...new Set(s.reflections.map((r) => r.flow))].sort();
    if (flow.dataset.print !== flows.join()) {
      const chosen = flow.value;
      flow.replaceChildren(h("option", { value: "" }, "All conversations"), ...flows.map((f) => h("option", { value: f }, title(f))));
      flow.value = flows.includes(chosen) ? chosen : "";
      flow.dataset.print = flows.join();
    }
    const shown = s.reflections.filter((r) => !flow.value || r.flow === flow.value);
    none.hidden = shown.length > 0;
    const secret = s.private ? `${people(s.private).replace("person", "reflection").replace("people", "reflections")} marked “Only me” ${s.private === 1 ? "is" : "are"} hidden from you.` : "";
    const going = s.unfinished ? ` ${s.unfinished} still being written.` : "";
    hidden.replaceChildren(...(secret || going ? [icon("M5.500 9V6.500a4.500 4.500 0 0 1 9 0V9M4.500 9h11v8h-11z"), secret + going] : []));
    keep(list, shown.map((r) => ({ ...r, where: s.name(r.area), ago: ago(r.at, s.now, s.zone(r.area)) })), (r) => r.id, (r) =>
      h("article", { class: "reflection" }, h("p", { class: "head" }, code(r.code_name), h("span", { class: "fine" }, `${r.where} · ${title(r.flow)} · ${title(r.step)}`), h("span", { class: "fine when" }, r.ago)),
        r.text && h("blockquote", {}, r.text),
        r.voice > 0 && h("p", { class: "fine" }, `Voice note ${length(r.voice)}`),
        r.group && h("p", { class: "marks" }, h("span", { class: "pill" }, "May go to the group"))));
  }
  return { parts, draw };
}
