// The line to the server: ask, tell, and hear when something has changed.

/** Tell the server something. What cannot be done comes back as an Error with one sentence. */
export async function tell(path, body = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The demo does not answer. Is it still running?");
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || "That did not work. The demo’s window says more.");
  return answer;
}

/** Watch the state: `draw` gets it whenever it has changed, `lost` whether the line is down. */
export function watch(draw, lost) {
  let seen = "";
  let asking = null;
  let again = false;

  async function look(anew = false) {
    if (anew === true) seen = "";
    if (asking) { again = true; return asking; }
    asking = (async () => {
      try {
        do {
          again = false;
          const response = await fetch(`state?seen=${seen}`);
          lost(!response.ok);
          if (response.status === 200) {
            const state = await response.json();
            seen = state.digest;
            draw(state);
          }
        } while (again);
      } catch (error) {
        if (error instanceof TypeError && error.message.includes("fetch")) lost(true);
        else throw error;
      } finally {
        asking = null;
      }
    })();
    return asking;
  }

  const events = new EventSource("events");
  events.onmessage = () => look();
  setInterval(() => { if (events.readyState !== EventSource.OPEN) look(); }, 2000);
  look();
  return look;
}
