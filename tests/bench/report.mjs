// The tables of the queries: whole for .build/bench.md, and as the README shows them.
import { cpus } from "node:os";
import { code, table } from "../../tools/lib/markdown.mjs";
import { callsOf } from "./boundary.mjs";
import { queriesPerRound } from "./cpu.mjs";
import { aheadLine, goalsLine, ratioOf } from "./goals.mjs";
import { growth, heapPoints } from "./heap.mjs";
import { spread, summary } from "./stats.mjs";
import { titleOf } from "./subjects.mjs";

const timed = {
  loopback: { title: "CPU loopback, µs", digits: 0 },
  stubbed: { title: "CPU stubbed, µs", digits: 1 },
  "first-call": { title: "First call, ms", digits: 0 },
};

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

/** Columns as [title, cell(run)]; only of what was measured. The short ones have no quartiles of the ratios and no plain bytes. */
function columns(results, short) {
  const list = [["Client", ({ subject }) => titleOf(subject)], ["Call", ({ subject }) => code(subject.call)]];
  const measured = Object.entries(timed).filter(([measure]) => results[measure]);
  if (measured.length > 0) list.push(["Node", ({ node }) => (short ? String(node.major) : node.version)]);
  for (const [measure, { title, digits }] of measured) {
    const { samples } = results[measure];
    list.push([title, ({ key }) => spread(summary(samples[key]), digits)]);
    if (short) list.push(["× raw", (run) => ratioOf(samples, run).median.toFixed(2)]);
    else list.push(["× raw", (run) => spread(ratioOf(samples, run), 2)]);
  }
  const sizes = results.bundle;
  if (sizes && short) list.push(["Bundle, KB gzip", ({ subject: { name } }) => (sizes[name] ? kilobytes(sizes[name].gzip) : "–")]);
  else if (sizes) list.push(["Bundle, KB gzip (minified)", ({ subject: { name } }) => (sizes[name] ? `${kilobytes(sizes[name].gzip)} (${kilobytes(sizes[name].bytes)})` : "–")]);
  return list;
}

/** A row for each client on each Node; without a clock, which Node does not matter. */
function queryTable(runs, results, short) {
  const list = columns(results, short);
  const rows = Object.keys(timed).some((measure) => results[measure]) ? runs : runs.filter((run, at) => runs.findIndex(({ subject }) => subject === run.subject) === at);
  return table(list.map(([title]) => title), rows.map((run) => list.map(([, cell]) => cell(run))));
}

const times = (calls) => calls.toFixed(1).replace(/\.0$/, "");
const kib = (bytes) => (bytes / 1024).toFixed(0);

/** What a query crosses and keeps: the boundary of a client that has one, and the heap before and after many queries. */
function heldTable(runs, { boundary, heap }) {
  const list = [["Client", ({ subject }) => titleOf(subject)], ["Node", ({ node }) => String(node.major)]];
  if (boundary) {
    const cell = ({ in: into, out }) => `${times(callsOf(into))} / ${times(callsOf(out))}`;
    list.push(["Calls into wasm / out of it", ({ key }) => (boundary.calls[key] ? cell(boundary.calls[key]) : "–")]);
  }
  if (heap) {
    const points = heapPoints.map((queries) => queries.toLocaleString("en-US")).join(" / ");
    list.push([`Heap after ${points} queries, KiB`, ({ key }) => heap.held[key].map((held) => kib(held.heap)).join(" / ")]);
    list.push(["Growth, bytes a query", ({ key }) => growth(heap.held[key]).toFixed(1)]);
  }
  const rows = heap ? runs : runs.filter(({ key }) => boundary.calls[key]);
  return table(list.map(([title]) => title), rows.map((run) => list.map(([, cell]) => cell(run))));
}

/** A growth of the core's own memory is in no JS heap. */
function coreLine(runs, { heap }) {
  const sizes = heap ? runs.map(({ key }) => heap.held[key].map(({ core }) => core)).filter(([first]) => first !== null) : [];
  if (sizes.length === 0) return "";
  return `Memory of the core, KiB: ${[...new Set(sizes.map((of) => of.map(kib).join(" / ")))].join("; ")}.`;
}

/** Which function is called how often in one query. */
function callsList({ calls }) {
  const names = (of) => Object.entries(of).sort(([, a], [, b]) => b - a).map(([name, count]) => `${code(name)} ${times(count)}`).join(", ");
  return Object.entries(calls).map(([key, { in: into, out }]) => `${key}: in ${names(into)}; out ${names(out)}.`).join("\n");
}

/** The machine by its processor alone. */
export function conditions(load) {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? "unknown CPU"}, ${new Date().toISOString().slice(0, 10)}, load average before the run ${load.toFixed(1)}.`;
}

function notes(results, { rounds, firstCalls }) {
  const list = [];
  if (results.loopback || results.stubbed) {
    const turns = ["loopback", "stubbed"].filter((mode) => results[mode]).map((mode) => `${queriesPerRound(mode)} ${mode}`);
    list.push(
      `CPU is user and system time of the client's process per query: median and quartiles of ${rounds} rounds in which the clients, on all Nodes, alternate`,
      `in turns of a few queries one after another (${turns.join(", ")} in a round); the ratio is taken within each round, to raw on the same Node.`,
    );
  }
  if (results["first-call"]) list.push(`First call is import, construction and one stubbed query in a fresh process: median and quartiles of ${firstCalls}.`);
  if (results.bundle) list.push("The bundle is one client and one call by esbuild for the browser; KB are 1000 bytes.");
  return list.join(" ");
}

const heldNotes = "Counted and held with fetch stubbed, one query after another; JS heap in use after a collection, in a process of its own.";

/** All that was measured of queries, as a part of .build/bench.md. */
export function report(runs, results, about) {
  const parts = [];
  if (results.bundle || Object.keys(timed).some((measure) => results[measure])) parts.push(queryTable(runs, results, false), notes(results, about));
  if (results.boundary || results.heap) parts.push("What a query crosses and keeps:", heldTable(runs, results), `${coreLine(runs, results)} ${heldNotes}`.trim());
  if (results.boundary) parts.push(callsList(results.boundary));
  return [...parts, goalsLine(runs, results), aheadLine(runs, results)].filter(Boolean).join("\n\n");
}

/** The same for the README. */
export function summaryOf(runs, results, { rounds, firstCalls, load }) {
  return [
    `${conditions(load)} Medians (quartiles) of ${rounds} rounds, of ${firstCalls} first calls.`,
    queryTable(runs, results, true),
    goalsLine(runs, results),
    aheadLine(runs, results),
    "What a query crosses and keeps:",
    heldTable(runs, results),
    coreLine(runs, results),
  ].join("\n\n");
}
