// The last events of the client, as they came. Written into the page only while the fold is open.
import { byId, el, write } from "./dom.js";
import { counted, seconds } from "./units.js";

const fold = byId("log");
const list = fold.querySelector("ol");
const kept = 200;

let run = null;
/** The row of an event that was told again: what left the page is known a moment later. */
let rows = new WeakMap();

fold.addEventListener("toggle", fill);

/** The events of another run, or of none. */
export function showLog(next) {
  if (next === run) return;
  run = next;
  count();
  fill();
}

export function logEvent(event) {
  count();
  if (!fold.open) return;
  const there = rows.get(event);
  if (there) return write(there.lastElementChild, tell(event));
  // Follows the end, unless someone reads further up.
  const following = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  list.append(row(event));
  while (list.childElementCount > kept) list.firstElementChild.remove();
  if (following) list.scrollTop = list.scrollHeight;
}

function fill() {
  list.replaceChildren(...(fold.open && run ? run.events.map(row) : []));
  list.scrollTop = list.scrollHeight;
}

function count() {
  write(fold.querySelector("summary span"), run.events.length === kept ? `the last ${kept}` : counted(run.events.length, "event"));
}

function row(event) {
  const made = el("li", {},
    el("time", {}, `+${seconds(event.at - run.startedAt)}`), el("b", { "data-type": event.type }, event.type), el("span", {}, tell(event)));
  rows.set(event, made);
  return made;
}

function tell({ type, at, ref, ...detail }) {
  const say = {
    request: ({ method, url, withKey }) => `${method}${{ true: ", with the key:", false: ", no key:" }[withKey] ?? ""} ${url}`,
    video: ({ url }) => `plays from ${url}: the browser asks for its parts, no key`,
    response: ({ httpStatus, error, ms, url }) => `${httpStatus ?? error} in ${Math.round(ms)} ms from ${url}`,
    poll: ({ delayMs }) => `next in ${seconds(delayMs)}`,
    retry: ({ attempt, code, httpStatus, delayMs }) => `attempt ${attempt} after ${httpStatus ?? code}, in ${seconds(delayMs)}`,
    unknown_status: ({ rawStatus }) => `the relay says "${rawStatus}"`,
    resume: ({ bytes, url }) => `from byte ${bytes} of ${url}`,
  }[type];
  return say ? say(detail) : JSON.stringify(detail);
}
