// How things are called on the page: dates on an area's clocks, names of flows, outcomes and states.

const FLOWS = {
  welcome: "Welcome and consent", about_you: "About you", before_w1: "Before workshop 1", my_rights: "My rights",
  thought: "A thought of their own", remind_7d: "Reminder, one week before", remind_24h: "Reminder, the day before",
  remind_2h: "Reminder, two hours before", heard_so_far: "What we have heard so far", missed_you: "We missed you",
  thank_you_sent: "Thank-you is on its way", change: "A change of date or place", status: "Where we are",
};
export const STATES = { joining: "Joining", active: "Active", paused: "Paused", stopped: "Left" };
export const OUTCOMES = {
  queued: "Waiting", sending: "On its way", sent: "Delivered", refused: "Refused", expired: "Too late",
  cancelled: "Called off", uncertain: "Not certain", excluded: "Left out",
};
export const REQUESTS = {
  callback: "Call back", access: "Access need", complaint: "Complaint", stuck: "Script is stuck", question: "Question",
};

/** A key of the programme in words: "diary_1" is "Diary 1". */
export function title(key) {
  if (FLOWS[key]) return FLOWS[key];
  const words = key.replaceAll("_", " ").replace(/\bw(\d)\b/g, "workshop $1");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One person, two people. */
export function people(n) {
  return n === 1 ? "1 person" : `${n} people`;
}

const made = new Map();
function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return made.get(key);
}

export const time = (at, zone) => format(zone, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
export const day = (at, zone) => format(zone, { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
export const short = (at, zone) => format(zone, { weekday: "short", day: "numeric", month: "short" }).format(new Date(at));
export const isoDay = (at, zone) => format(zone, { year: "numeric", month: "2-digit", day: "2-digit" })
  .format(new Date(at)).split("/").reverse().join("-");

/** How long ago, seen from the demo's own time: "now", "20 min", "3 h", then the day. */
export function ago(at, now, zone) {
  const minutes = Math.round((new Date(now) - new Date(at)) / 60000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.round(minutes / 60)} h`;
  return short(at, zone);
}

/** 0:07, 1:15 */
export function length(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
