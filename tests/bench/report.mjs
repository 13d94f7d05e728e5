import { cpus } from "node:os";
import { queriesPerRound } from "./cpu.mjs";
import { ratios, summary } from "./stats.mjs";
import { titleOf } from "./subjects.mjs";

/** What reelay is to reach. Times as a multiple of raw, the bundle in KB (1000 bytes) after gzip. */
export const goals = { loopback: 1.25, stubbed: 2.5, bundle: 60 };

const timed = {
  loopback: { title: "CPU loopback, µs", digits: 0 },
  stubbed: { title: "CPU stubbed, µs", digits: 1 },
  "first-call": { title: "first call, ms", digits: 1 },
};

function spread({ median, low, high }, digits) {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

const kilobytes = (bytes) => bytes / 1000;
const ratioOf = (samples, name) => summary(ratios(samples[name], samples.raw));

function verdict(value, goal, digits) {
  return value <= goal ? `met: ${value.toFixed(digits)} ≤ ${goal}` : `not met: ${value.toFixed(digits)} > ${goal}`;
}

/** Columns as { title, cell(subject), goal() }; only what was measured. */
function columns(results) {
  const list = [
    { title: "client", cell: titleOf, goal: () => "goal for reelay" },
    { title: "call", cell: ({ call }) => `\`${call}\`` },
  ];
  for (const [measure, { title, digits }] of Object.entries(timed)) {
    const samples = results[measure]?.samples;
    if (!samples) continue;
    list.push(
      { title, cell: ({ name }) => samples[name] && spread(summary(samples[name]), digits) },
      {
        title: "× raw",
        cell: ({ name }) => samples[name] && spread(ratioOf(samples, name), 2),
        goal: () => goals[measure] && samples.reelay && verdict(ratioOf(samples, "reelay").median, goals[measure], 2),
      },
    );
  }
  const sizes = results.bundle;
  if (sizes) {
    list.push({
      title: "bundle, KB gzip (minified)",
      cell: ({ name }) => sizes[name] && `${kilobytes(sizes[name].gzip).toFixed(1)} (${kilobytes(sizes[name].bytes).toFixed(1)})`,
      goal: () => sizes.reelay && verdict(kilobytes(sizes.reelay.gzip), goals.bundle, 1),
    });
  }
  return list;
}

export function report(subjects, results, { rounds, firstCalls, load }) {
  const list = columns(results);
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rows = subjects.map((subject) => line(list.map(({ cell }) => cell(subject) ?? "–")));
  const goal = subjects.some(({ name }) => name === "reelay") ? [line(list.map((column) => column.goal?.() || ""))] : [];
  const machine = `${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`;
  const notes = [`Node ${process.versions.node}, ${machine}, load average before the run ${load.toFixed(1)}.`];
  if (results.loopback || results.stubbed) {
    const turns = ["loopback", "stubbed"].filter((mode) => results[mode]).map((mode) => `${queriesPerRound(mode)} ${mode}`);
    notes.push(
      `CPU is user and system time of the client's process per query: median and quartiles of ${rounds} rounds in which the clients alternate`,
      `in turns of a few queries one after another (${turns.join(", ")} in a round); the ratio is taken within each round.`,
    );
  }
  if (results["first-call"]) notes.push(`First call is import, construction and one stubbed query in a fresh process: median and quartiles of ${firstCalls}.`);
  if (results.bundle) notes.push("The bundle is one client and one call by esbuild for the browser; KB are 1000 bytes.");
  return [line(list.map(({ title }) => title)), line(list.map(() => "---")), ...rows, ...goal, "", notes.join(" ")].join("\n");
}
