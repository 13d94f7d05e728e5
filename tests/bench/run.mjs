// `npm run bench`: what one status query costs, in reelay and in its peers, side by side in one run.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measureBoundary } from "./boundary.mjs";
import { measureBundles } from "./bundle.mjs";
import { measureCpu } from "./cpu.mjs";
import { downloadTable, measureDownloads } from "./download.mjs";
import { downloadSummary } from "./download-summary.mjs";
import { measureFirstCall } from "./first-call.mjs";
import { measureHeap } from "./heap.mjs";
import { manyRounds, manySummary, manyTable, measureMany } from "./many.mjs";
import { measuredNodes, runsOf } from "./nodes.mjs";
import { linkPackage } from "./package-under-test.mjs";
import { measurePolling } from "./polling.mjs";
import { fillBlock } from "./readme.mjs";
import { conditions, report, summaryOf } from "./report.mjs";
import { measureNames, subjects as all } from "./subjects.mjs";

const families = [...new Set(all.map(({ family }) => family))];

const usage = `node run.mjs [--rounds N] [--only NAME,NAME] [--node MAJOR] [--readme]
  --rounds N    rounds of the CPU measures (default 20); first calls are min(N, 15), downloads min(N, 8)
  --only LIST   clients (${families.join(", ")})
                and measures (${measureNames.join(", ")}); raw always runs, as the floor
  --node MAJOR  one Node alone; else this one and Node 22 from npm, which the newest of some peers need
  --readme      also puts the tables into README.md, each that was measured as a whole`;

/** What the README's table of queries needs. */
const queryMeasures = ["bundle", "loopback", "stubbed", "first-call", "boundary", "heap"];

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "20" }, only: { type: "string", default: "" }, node: { type: "string" },
      readme: { type: "boolean", default: false }, help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number above 0\n${usage}`);
  const words = values.only.split(",").map((word) => word.trim()).filter(Boolean);
  const unknown = words.find((word) => !measureNames.includes(word) && !families.includes(word));
  if (unknown) throw new Error(`--only does not know "${unknown}"\n${usage}`);
  const names = words.filter((word) => !measureNames.includes(word));
  const chosen = words.filter((word) => measureNames.includes(word));
  const nodes = measuredNodes();
  const major = values.node === undefined ? undefined : Number(values.node);
  if (major !== undefined && !nodes.some((node) => node.major === major)) {
    throw new Error(`--node must be one of ${nodes.map((node) => node.major).join(", ")}\n${usage}`);
  }
  const allClients = names.length === 0;
  const ours = allClients || names.includes("reelay");
  const measures = measureNames.filter((name) => (!chosen.length || chosen.includes(name)) && (ours || name !== "boundary"));
  const blocks = {
    bench: allClients && major === undefined && queryMeasures.every((name) => measures.includes(name)),
    "bench-download": measures.includes("download"),
    "bench-many": allClients && measures.includes("many"),
  };
  if (values.readme && !Object.values(blocks).includes(true)) {
    throw new Error(`--readme has no table to write: that of the queries needs ${queryMeasures.join(", ")} of all clients on all Nodes\n${usage}`);
  }
  return {
    rounds, measures,
    nodes: nodes.filter((node) => major === undefined || node.major === major),
    subjects: all.filter(({ family }) => allClients || family === "raw" || names.includes(family)),
    blocks: Object.keys(blocks).filter((name) => values.readme && blocks[name]),
  };
}

async function main() {
  if (!existsSync(new URL("node_modules/esbuild", import.meta.url))) throw new Error("the peers are not installed: run `npm ci` in tests/bench");
  const { rounds, subjects, measures, nodes, blocks } = readOptions();
  if (measures.includes("download") || subjects.some(({ name }) => name === "reelay")) linkPackage();

  const [load] = loadavg();
  if (load > availableParallelism() / 2) {
    process.stderr.write(`bench: load average ${load.toFixed(1)}: other work on this machine makes the spread wide and larger clients look slower\n`);
  }
  const firstCalls = Math.min(rounds, 15);
  const downloads = Math.min(rounds, 8);
  const runs = runsOf(subjects, nodes);
  const of = (measure) => runs.filter(({ subject }) => subject.measures.includes(measure));
  const clients = (list) => [...new Set(list.map(({ subject }) => subject))];
  // Of this Node, whichever is chosen.
  const here = runsOf(subjects, measuredNodes().filter(({ execPath }) => execPath === process.execPath));
  const steps = {
    bundle: () => measureBundles(clients(of("bundle"))),
    loopback: () => measureCpu("loopback", of("loopback"), rounds),
    stubbed: () => measureCpu("stubbed", of("stubbed"), rounds),
    "first-call": () => measureFirstCall(of("first-call"), firstCalls),
    boundary: () => measureBoundary(runs.filter(({ subject }) => subject.name === "reelay")),
    heap: () => measureHeap(of("heap")),
    many: () => measureMany(clients(here.filter(({ subject }) => subject.measures.includes("many")))),
    polling: measurePolling,
    download: () => measureDownloads(downloads),
  };
  const results = {};
  const started = performance.now();
  const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(0)} s`;
  for (const measure of measures) {
    const start = performance.now();
    process.stderr.write(`bench: ${measure} ... `);
    results[measure] = await steps[measure]();
    process.stderr.write(`${seconds(start)}\n`);
  }

  const about = { rounds, firstCalls, load };
  const tables = [
    report(runs, results, about),
    results.many && manyTable(results.many),
    results.download && downloadTable(results.download, downloads),
    results.polling,
  ].filter(Boolean);
  const text = [`${conditions(load)} Node ${nodes.map(({ version }) => version).join(" and ")}.`, ...tables].join("\n\n");
  const folder = new URL("../../.build/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("bench.md", folder), `${text}\n`);

  const alone = `${conditions(load)} Node ${process.versions.node}.`;
  const shown = {
    bench: () => summaryOf(runs, results, about),
    "bench-download": () => `${alone} Medians (quartiles) of ${downloads} rounds.\n\n${downloadSummary(results.download)}`,
    "bench-many": () => `${alone} Medians (least and most) of ${manyRounds} processes.\n\n${manySummary(results.many)}`,
  };
  for (const name of blocks) fillBlock(name, shown[name]());
  console.log(`\n${text}\n\nWritten to .build/bench.md${blocks.length ? ` and into README.md: ${blocks.join(", ")}` : ""}, after ${seconds(started)}`);
}

await main().catch((error) => {
  console.error(`\nbench failed: ${error.message}`);
  process.exit(1);
});
