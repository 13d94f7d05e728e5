// Thousands of waits on one client: what each holds while it sleeps, how many ask at once, how long the event loop stands still.
import { startWorker } from "./worker.mjs";
import { summary } from "./stats.mjs";
import { titleOf } from "./subjects.mjs";

const TASKS = 10_000;
const ROUNDS = 3;
/** What reelay is to reach: bytes of heap a task beside the body, and ms of one turn of the event loop. */
const goals = { bytes: 2048, longestMs: 20 };

export async function measureMany(subjects) {
  const rows = [];
  for (const subject of subjects) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // A process for the sums, another for the turns.
      const [{ bytes, body, most, start, end }, turns] = [await measured(subject, "sums"), await measured(subject, "turns")];
      rounds.push({ bytes, body, most, startMs: start.ms, endMs: end.ms, settled: end.settled, startTurn: turns.start.longestMs, endTurn: turns.end.longestMs });
    }
    rows.push({ subject, rounds });
  }
  return table(rows);
}

async function measured(subject, what) {
  const worker = startWorker("./many-worker.mjs", [subject.name, String(TASKS), what]);
  try {
    return await worker.next();
  } finally {
    worker.stop();
  }
}

const line = (cells) => `| ${cells.join(" | ")} |`;

function table(rows) {
  const of = (rounds, look) => summary(rounds.map(look)).median;
  const head = ["client", "heap a task, bytes", "beside its body", "requests at once", "longest turn, ms", "CPU to start, ms", "stopped at once", "longest turn to stop, ms", "CPU to stop, ms"];
  const body = rows.map(({ subject, rounds }) => line([
    titleOf(subject),
    ...[({ bytes }) => bytes, ({ bytes, body }) => bytes - body, ({ most }) => most, ({ startTurn }) => startTurn, ({ startMs }) => startMs]
      .map((look) => of(rounds, look).toFixed(0)),
    `${(of(rounds, ({ settled }) => settled) * 100).toFixed(0)} %`,
    ...[({ endTurn }) => endTurn, ({ endMs }) => endMs].map((look) => of(rounds, look).toFixed(0)),
  ]));
  const ours = rows.find(({ subject }) => subject.name === "reelay")?.rounds;
  const met = (look, goal) => {
    const value = of(ours, look);
    return `${value <= goal ? "met" : "not met"}: ${value.toFixed(0)} ${value <= goal ? "≤" : ">"} ${goal}`;
  };
  const goal = ours && line([
    "goal for reelay", "", met(({ bytes, body }) => bytes - body, goals.bytes), met(({ most }) => most, 6), met(({ startTurn }) => startTurn, goals.longestMs), "",
    "100 %", met(({ endTurn }) => endTurn, goals.longestMs), "",
  ]);
  return [
    line(head), line(head.map(() => "---")), ...body, ...(goal ? [goal] : []), "",
    `${TASKS} tasks on one client, each by the client's own wait (of \`raw\` and openai a loop written by hand), stopped by one signal; fetch is stubbed. Medians of ${ROUNDS} processes.`,
    "A turn is one of the event loop, in CPU time of its thread on Linux. Heap is what is held when each has asked once and sleeps; the body is the parsed JSON that a client may keep.",
    "Stopped at once: within half a second of the abort; the others go on until their next poll.",
  ].join("\n");
}
