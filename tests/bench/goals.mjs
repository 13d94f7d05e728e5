// What reelay is to reach, the nearer figure first, and how far it is.
import { callsOf } from "./boundary.mjs";
import { growth } from "./heap.mjs";
import { ratios, summary } from "./stats.mjs";
import { floorOf } from "./nodes.mjs";
import { titleOf } from "./subjects.mjs";

/** Times as a multiple of raw; the bundle in KB (1000 bytes) after gzip. */
const goals = { loopback: [1.25, 1.1], stubbed: [2.5, 1.5], bundle: [60, 48] };

/** Bytes a query: the smallest object that could be left behind takes more. */
const leak = 8;

/** The multiple of the same round's floor. */
export const ratioOf = (samples, run) => summary(ratios(samples[run.key], samples[floorOf(run)]));

const list = (values, digits) => [...new Set(values.map((value) => value.toFixed(digits)))].join(" and ");

function standing(values, [near, far]) {
  const worst = Math.max(...values);
  return worst <= far ? "met" : worst <= near ? `not met, ≤ ${near} is` : `not met, nor ≤ ${near}`;
}

/** One line; values in the order of the Nodes. */
export function goalsLine(runs, results) {
  const ours = runs.filter(({ subject }) => subject.name === "reelay");
  if (ours.length === 0) return "";
  const parts = [];
  const add = (title, value, verdict) => parts.push(`${title}: ${value}, ${verdict}`);
  for (const mode of ["loopback", "stubbed"]) {
    if (!results[mode]) continue;
    const values = ours.map((run) => ratioOf(results[mode].samples, run).median);
    add(`${mode} ≤ ${goals[mode].at(-1)} × raw`, list(values, 2), standing(values, goals[mode]));
  }
  const size = results.bundle?.reelay;
  if (size) add(`bundle ≤ ${goals.bundle.at(-1)} KB`, (size.gzip / 1000).toFixed(1), standing([size.gzip / 1000], goals.bundle));
  const samples = results["first-call"]?.samples;
  const pairs = samples ? ours.map(({ key, node }) => [samples[key], runs.find((run) => run.subject.family === "openai" && run.node === node)]) : [];
  const values = pairs.filter(([, peer]) => peer).map(([own, peer]) => summary(ratios(own, samples[peer.key])).median);
  if (values.length > 0) add("first call ≤ openai's", `${list(values, 2)} × it`, Math.max(...values) <= 1 ? "met" : "not met");
  if (results.boundary) {
    const counts = ours.map(({ key }) => results.boundary.calls[key]).map((calls) => [callsOf(calls.in), callsOf(calls.out)]);
    const shown = counts.map((count) => count.map((calls) => calls.toFixed(1).replace(/\.0$/, "")).join(" in, "));
    // The fetch itself lies between them.
    add("in once before the fetch and once after it, never out", `${[...new Set(shown)].join("; ")} out`, counts.every(([into, out]) => into <= 2 && out === 0) ? "met" : "not met");
  }
  if (results.heap) {
    const values = ours.map(({ key }) => growth(results.heap.held[key]));
    add("a flat heap", `${list(values, 1)} bytes a query`, Math.max(...values) < leak ? "met" : "not met");
  }
  const majors = [...new Set(ours.map(({ node }) => node.major))].join(" and ");
  return parts.length > 0 ? `Goals of reelay, on Node ${majors}: ${parts.join(" · ")}.` : "";
}

const columns = [["loopback", "CPU loopback"], ["stubbed", "CPU stubbed"], ["first-call", "first call"], ["bundle", "bundle"]];

/** A client is ahead of another that takes so much more; what is closer changes places from run to run. */
const margin = 1.1;

/** Where a peer stands beside us: by its share of ours in the same round, the median of them. A bundle is the same each time. */
function placeOf(measure, results, run, own) {
  const shares = measure === "bundle"
    ? [(results.bundle[run.subject.name]?.gzip ?? Infinity) / results.bundle[own.subject.name].gzip]
    : ratios(results[measure].samples[run.key], results[measure].samples[own.key]);
  const { median } = summary(shares);
  return median * margin < 1 ? "ahead" : median > margin ? "behind" : "level";
}

/** The clients of these runs; on which Node is told only of those that are there on one alone. */
function namesOf(there, runs) {
  const on = (list, subject) => list.filter((run) => run.subject === subject).map(({ node }) => node.major);
  return [...new Set(there.map(({ subject }) => subject))]
    .map((subject) => titleOf(subject) + (on(there, subject).length < on(runs, subject).length ? ` on Node ${on(there, subject).join(", ")}` : ""))
    .join(", ");
}

/** The peers that are ahead of reelay on the same Node, and those that cannot be told from it, by column; the floor is none. */
export function aheadLine(runs, results) {
  const lines = { ahead: "Ahead of reelay, by a tenth or more", level: "Within a tenth of it" };
  const ours = runs.filter(({ subject }) => subject.name === "reelay");
  const measured = ours.length > 0 ? columns.filter(([measure]) => results[measure]) : [];
  if (measured.length === 0) return "";
  const peersOf = (own) => runs.filter((run) => run.node === own.node && run !== own && run.subject.name !== "raw");
  const at = (place, measure) => ours.flatMap((own) => peersOf(own).filter((run) => placeOf(measure, results, run, own) === place));
  return Object.entries(lines)
    .map(([place, title]) => `${title}: ${measured.map(([measure, column]) => `${column}: ${namesOf(at(place, measure), runs) || "none"}`).join(" · ")}.`)
    .join("\n\n");
}
