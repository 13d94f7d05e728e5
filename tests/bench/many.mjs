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
      const worker = startWorker("./many-worker.mjs", [subject.name, String(TASKS)]);
      try {
        rounds.push(await worker.next());
      } finally {
        worker.stop();
      }
    }
    rows.push({ subject, rounds });
  }
  return table(rows);
}

const line = (cells) => `| ${cells.join(" | ")} |`;

function table(rows) {
  const of = (rounds, look) => summary(rounds.map(look)).median;
  const head = ["client", "heap a task, bytes", "beside its body", "requests at once", "longest turn, ms", "CPU to start, ms", "stopped at once", "longest turn to stop, ms", "CPU to stop, ms"];
  const body = rows.map(({ subject, rounds }) => line([
    titleOf(subject),
    ...[({ bytes }) => bytes, ({ bytes, body }) => bytes - body, ({ most }) => most, ({ start }) => start.longestMs, ({ start }) => start.ms]
      .map((look) => of(rounds, look).toFixed(0)),
    `${(of(rounds, ({ end }) => end.settled) * 100).toFixed(0)} %`,
    ...[({ end }) => end.longestMs, ({ end }) => end.ms].map((look) => of(rounds, look).toFixed(0)),
  ]));
  const ours = rows.find(({ subject }) => subject.name === "reelay")?.rounds;
  const met = (value, goal) => `${value <= goal ? "met" : "not met"}: ${value.toFixed(0)} ${value <= goal ? "≤" : ">"} ${goal}`;
  const goal = ours && line([
    "goal for reelay", "", met(of(ours, ({ bytes, body }) => bytes - body), goals.bytes), "6", met(of(ours, ({ start }) => start.longestMs), goals.longestMs), "", "100 %",
    met(of(ours, ({ end }) => end.longestMs), goals.longestMs), "",
  ]);
  return [
    line(head), line(head.map(() => "---")), ...body, ...(goal ? [goal] : []), "",
    `${TASKS} tasks on one client, each by the client's own wait (of \`raw\` and openai a loop written by hand), stopped by one signal; fetch is stubbed. Medians of ${ROUNDS} processes.`,
    "A turn is one of the event loop, in CPU time of its thread on Linux. Heap is what is held when each has asked once and sleeps; the body is the parsed JSON that a client may keep.",
    "Stopped at once: within half a second of the abort; the others go on until their next poll.",
  ].join("\n");
}
