// One subject's process: starts as many waits as it is told, lets each ask once and sleep, and stops them all.
import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { apiKey, subjectNamed } from "./subjects.mjs";

const [name, count, what] = process.argv.slice(2);
const tasks = Number(count);
const subject = subjectNamed(name);
const { connectWaits } = await import(`./clients/${name}.mjs`);
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

/** Milliseconds that the main thread has been at work, whatever else the machine does; of the clock where the host does not tell. */
const busy = (() => {
  const file = `/proc/self/task/${process.pid}/schedstat`;
  const read = () => {
    // Linux counts a thread at its ticks and switches alone, so this could be off by milliseconds: to ask for the CPU time of the process brings it up to now.
    process.cpuUsage();
    return Number(readFileSync(file, "latin1").split(" ")[0]) / 1e6;
  };
  try {
    if (read() > 0) return read;
  } catch {
    // Not Linux.
  }
  return () => performance.now();
})();

/** The longest turn of the event loop until it is stopped, which gives it. To look at each turn costs time of its own: never while the whole is measured. */
function turns() {
  let [longest, last] = [0, busy()];
  let beating;
  const beat = () => {
    const now = busy();
    longest = Math.max(longest, now - last);
    last = now;
    beating = setImmediate(beat);
  };
  if (what === "turns") beat();
  return () => {
    clearImmediate(beating);
    return longest;
  };
}

const { text } = subject.tasks[0];
const seen = { requests: 0, open: 0, most: 0 };
/** Answers in another turn of the event loop, as a network does. */
async function fetch() {
  seen.requests += 1;
  seen.open += 1;
  seen.most = Math.max(seen.most, seen.open);
  await new Promise((resolve) => setTimeout(resolve, 1));
  seen.open -= 1;
  return new Response(text, { headers: { "content-type": "application/json" } });
}

const heap = () => {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
};
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const wait = connectWaits({ baseUrl: "https://relay.example", apiKey, fetch, everyMs: 60_000 });

async function play(number) {
  const stop = new AbortController();
  // Some clients listen once for each wait, of which Node would warn.
  setMaxListeners(0, stop.signal);
  let settled = 0;
  const ids = Array.from({ length: number }, (_, at) => `${subject.tasks[0].id}-${at}`);
  const done = () => (settled += 1);
  const [before, asked] = [heap(), seen.requests];
  const began = busy();
  let over = turns();
  for (const id of ids) wait(id, stop.signal).then(done, done);
  while (seen.requests < asked + number || seen.open > 0) await rest(5);
  await rest(50);
  const start = { ms: busy() - began, longestMs: over() };
  const bytes = (heap() - before) / number;
  const aborted = busy();
  over = turns();
  stop.abort(new Error("enough"));
  // A turn of timers for whoever stops in steps; who has not stopped by then would only at its next poll.
  for (let tries = 0; tries < 100 && settled < number; tries += 1) await rest(5);
  const end = { ms: busy() - aborted, longestMs: over(), settled: settled / number };
  return { bytes, start, end };
}

/** What the parsed body of one task takes, which a client may keep for its caller. */
function bodyBytes() {
  const before = heap();
  const bodies = Array.from({ length: tasks }, () => JSON.parse(text));
  return (heap() - before) / bodies.length;
}

const body = bodyBytes();
await play(100);
seen.most = 0;
const result = await play(tasks);
process.send({ ...result, body, most: seen.most });
