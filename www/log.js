// The last events of the client, as they came. Written into the page only while the fold is open.
import { byId, el, write } from "./dom.js";
import { counted, seconds } from "./units.js";

const fold = byId("log");
const list = fold.querySelector("ol");
const kept = 200;

let events = [];
let start = 0;

fold.addEventListener("toggle", () => {
  if (!fold.open) return;
  list.replaceChildren(...events.map(row));
  list.scrollTop = list.scrollHeight;
});

export function clearLog(at) {
  events = [];
  start = at;
  list.replaceChildren();
  count();
}

export function logEvent(event) {
  events = [...events, event].slice(-kept);
  count();
  if (!fold.open) return;
  // Follows the end, unless someone reads further up.
  const following = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  list.append(row(event));
  while (list.childElementCount > kept) list.firstElementChild.remove();
  if (following) list.scrollTop = list.scrollHeight;
}

function count() {
  write(fold.querySelector("summary span"), events.length === kept ? `the last ${kept}` : counted(events.length, "event"));
}

const row = (event) => el("li", {},
  el("time", {}, `+${seconds(event.at - start)}`), el("b", { "data-type": event.type }, event.type), el("span", {}, tell(event)));

function tell({ type, at, ref, ...detail }) {
  const say = {
    request: ({ method, url }) => `${method} ${url}`,
    response: ({ httpStatus, error, ms, url }) => `${httpStatus ?? error} in ${Math.round(ms)} ms from ${url}`,
    poll: ({ delayMs }) => `next in ${seconds(delayMs)}`,
    retry: ({ attempt, code, httpStatus, delayMs }) => `attempt ${attempt} after ${httpStatus ?? code}, in ${seconds(delayMs)}`,
    unknown_status: ({ rawStatus }) => `the relay says "${rawStatus}"`,
    resume: ({ bytes, url }) => `from byte ${bytes} of ${url}`,
  }[type];
  return say ? say(detail) : JSON.stringify(detail);
}
