// Thousands of waits on one client: what each holds while it sleeps, how many ask at once, how long the event loop stands still.
import { table } from "../../tools/lib/markdown.mjs";
import { answerOf } from "./worker.mjs";
import { summary } from "./stats.mjs";
import { titleOf } from "./subjects.mjs";

const TASKS = 10_000;
export const manyRounds = 5;
/** What reelay is to reach: bytes of heap a task beside the body, requests at once, and ms of one turn of the event loop. */
const manyGoals = { bytes: 2048, most: 6, longestMs: 20 };

/** For each subject the sums of its rounds. */
export async function measureMany(subjects) {
  const rows = [];
  for (const subject of subjects) {
    const rounds = [];
    for (let round = 0; round < manyRounds; round += 1) {
      // A process for the sums, another for the turns.
      const [{ bytes, body, most, start, end }, turns] = [await measured(subject, "sums"), await measured(subject, "turns")];
      rounds.push({ bytes, body, most, startMs: start.ms, endMs: end.ms, settled: end.settled, startTurn: turns.start.longestMs, endTurn: turns.end.longestMs });
    }
    rows.push({ subject, rounds });
  }
  return rows;
}

const measured = (subject, what) => answerOf("./many-worker.mjs", [subject.name, String(TASKS), what]);

const line = (cells) => `| ${cells.join(" | ")} |`;
const of = (rounds, look) => summary(rounds.map(look)).median;

export function manyTable(rows) {
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
    "goal for reelay", "", met(({ bytes, body }) => bytes - body, manyGoals.bytes), met(({ most }) => most, manyGoals.most), met(({ startTurn }) => startTurn, manyGoals.longestMs), "",
    "100 %", met(({ endTurn }) => endTurn, manyGoals.longestMs), "",
  ]);
  return [
    line(head), line(head.map(() => "---")), ...body, ...(goal ? [goal] : []), "",
    `${TASKS} tasks on one client, each by the client's own wait (of \`raw\` and openai a loop written by hand), stopped by one signal; fetch is stubbed. Medians of ${manyRounds} processes on Node ${process.versions.node}.`,
    "A turn is one of the event loop, in CPU time of its thread on Linux. Heap is what is held when each has asked once and sleeps; the body is the parsed JSON that a client may keep.",
    "Stopped at once: within half a second of the abort; the others go on until their next poll.",
  ].join("\n");
}

/** For the README: what is held, how many ask at once, and the longest turn to start or to stop, with the spread of the rounds. */
export function manySummary(rows) {
  const cell = (rounds, look) => {
    const values = rounds.map(look);
    return `${summary(values).median.toFixed(0)} (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;
  };
  const head = ["Client", "Heap a task beside its body, bytes", "Requests at once", "Longest turn, ms", "CPU to start all, ms", "Stopped at once"];
  return table(head, rows.map(({ subject, rounds }) => [
    titleOf(subject),
    cell(rounds, ({ bytes, body }) => bytes - body),
    of(rounds, ({ most }) => most).toFixed(0),
    cell(rounds, ({ startTurn, endTurn }) => Math.max(startTurn, endTurn)),
    cell(rounds, ({ startMs }) => startMs),
    `${(of(rounds, ({ settled }) => settled) * 100).toFixed(0)} %`,
  ]));
}
