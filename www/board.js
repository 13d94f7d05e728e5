// The tasks that are watched at once: one client, its limits shared by all of them, and a run for each, in the order they came.
import { createClient } from "./package.js";
import { createRun } from "./run.js";
import { bareUrl } from "./units.js";

const eventsKept = 200;

/**
 * Where and how a relay is asked: what one client is made of.
 * @typedef {object} Relay
 * @property {"direct" | "proxy"} via
 * @property {string} baseUrl
 * @property {string} key
 * @property {string} format
 * @property {string} prefix
 */

/**
 * @param {Relay} relay
 * @param {{ changed: (run: any) => void, loaded: (run: any) => void, heard: (run: any, event: any) => void }} tell
 */
export function createBoard({ via, baseUrl, key, format, prefix }, tell) {
  let made = null;
  /** Requests that wait for their place, with the runs they are of. */
  let unsent = [];
  /** The run that was told of last. */
  let latest = null;

  const board = {
    relay: { via, baseUrl, key, format, prefix },
    runs: [],
    add,
    again,
    remove,
    /** Whether a task of that relay can be watched by the same client. */
    takes: (other) => ["via", "baseUrl", "key", "prefix", ...(prefix ? ["format"] : [])].every((name) => other[name] === board.relay[name]),
    cancel: () => board.runs.forEach((run) => run.cancel()),
    close: () => board.runs.forEach((run) => run.close()),
  };

  // Made with the first run, which tells what is wrong with the settings. Each task names its own format, but a prefix is one format's.
  const client = () => made ??= createClient({ baseUrl, onEvent, fetch: send, ...(key && { apiKey: key }), ...(prefix && { format, prefix }) });

  function onEvent(event) {
    // What has no ref yet is told right behind an event that has.
    if (event.ref) latest = board.runs.find(({ target }) => target.id === event.ref.id);
    if (!latest) return;
    if (event.type === "request") unsent = [...unsent, { event, run: latest }].slice(-eventsKept);
    note(latest, event);
    latest.hear(event);
  }

  function note(run, event) {
    run.events = [...run.events, event].slice(-eventsKept);
    tell.heard(run, event);
  }

  /** Looks at what really leaves the page: whether the key goes along. */
  function send(url, init) {
    const headers = [...new Headers(init.headers)];
    const { event, run } = unsent.find((one) => one.event.url === bareUrl(url)) ?? {};
    if (event) {
      unsent = unsent.filter((one) => one.event !== event);
      event.withKey = headers.some(([name, value]) => name === "authorization" || (key !== "" && value.includes(key)));
      tell.heard(run, event);
    }
    return fetch(url, init);
  }

  function start(target, before) {
    const asked = before?.asked ?? (target.format === "auto" ? target.id : { id: target.id, format: target.format, baseUrl });
    const mine = (told) => () => { if (board.runs.includes(run)) told(run); };
    const run = createRun(target, { client, asked, before, changed: mine(tell.changed), loaded: mine(tell.loaded), note: (event) => note(run, event) });
    return run;
  }

  /** A task that is there already is not watched twice. */
  function add({ id, format }, { poll, timeoutMs }) {
    const there = board.runs.find(({ target }) => target.id === id);
    if (there) return there;
    const run = start({ id, format, baseUrl, via, poll, timeoutMs });
    board.runs.push(run);
    queueMicrotask(run.watch);
    return run;
  }

  /** The run in whose place the task is watched on. */
  function again(run) {
    const next = start(run.target, run);
    board.runs[board.runs.indexOf(run)] = next;
    if (latest === run) latest = next;
    run.close();
    queueMicrotask(next.watch);
    return next;
  }

  function remove(run) {
    board.runs.splice(board.runs.indexOf(run), 1);
    if (latest === run) latest = null;
    run.close();
  }

  return board;
}
