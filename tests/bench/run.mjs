// `npm run bench`: what one status query costs, in reelay and in its peers, side by side in one run.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measureBundles } from "./bundle.mjs";
import { measureCpu } from "./cpu.mjs";
import { downloadTable, measureDownloads } from "./download.mjs";
import { measureFirstCall } from "./first-call.mjs";
import { measureMany } from "./many.mjs";
import { linkPackage } from "./package-under-test.mjs";
import { measurePolling } from "./polling.mjs";
import { report } from "./report.mjs";
import { measureNames, subjects as all } from "./subjects.mjs";

const usage = `node run.mjs [--rounds N] [--only NAME,NAME]
  --rounds N   rounds of the CPU measures (default 20); first calls and downloads are min(N, 15)
  --only LIST  clients (${all.map(({ name }) => name).join(", ")})
               and measures (${measureNames.join(", ")}); raw always runs, as the floor`;

function readOptions() {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "20" }, only: { type: "string", default: "" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number above 0\n${usage}`);
  const words = values.only.split(",").map((word) => word.trim()).filter(Boolean);
  const unknown = words.find((word) => !measureNames.includes(word) && !all.some(({ name }) => name === word));
  if (unknown) throw new Error(`--only does not know "${unknown}"\n${usage}`);
  const names = words.filter((word) => !measureNames.includes(word));
  const chosen = words.filter((word) => measureNames.includes(word));
  return {
    rounds,
    subjects: all.filter(({ name }) => !names.length || name === "raw" || names.includes(name)),
    measures: measureNames.filter((name) => !chosen.length || chosen.includes(name)),
  };
}

async function main() {
  const { rounds, subjects, measures } = readOptions();
  if (!existsSync(new URL("node_modules/esbuild", import.meta.url))) throw new Error("the peers are not installed: run `npm ci` in tests/bench");
  if (measures.includes("download") || subjects.some(({ name }) => name === "reelay")) linkPackage();

  const [load] = loadavg();
  if (load > availableParallelism() / 2) {
    process.stderr.write(`bench: load average ${load.toFixed(1)}: other work on this machine makes the spread wide and larger clients look slower\n`);
  }
  const firstCalls = Math.min(rounds, 15);
  const steps = {
    bundle: measureBundles,
    loopback: (list) => measureCpu("loopback", list, rounds),
    stubbed: (list) => measureCpu("stubbed", list, rounds),
    "first-call": (list) => measureFirstCall(list, firstCalls),
    many: measureMany,
    polling: measurePolling,
    download: async () => downloadTable(await measureDownloads(firstCalls), firstCalls),
  };
  const results = {};
  for (const measure of measures) {
    const list = subjects.filter((subject) => subject.measures.includes(measure));
    const start = performance.now();
    process.stderr.write(`bench: ${measure}${list.length ? ` of ${list.map(({ name }) => name).join(", ")}` : ""} ... `);
    results[measure] = await steps[measure](list);
    process.stderr.write(`${((performance.now() - start) / 1000).toFixed(0)} s\n`);
  }

  // Some give their own table.
  const tables = Object.values(results).filter((result) => typeof result === "string");
  const costs = tables.length < measures.length ? [report(subjects, results, { rounds, firstCalls, load })] : [];
  const text = [...costs, ...tables].join("\n\n");
  const folder = new URL("../../.build/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("bench.md", folder), `${text}\n`);
  console.log(`\n${text}\n\nWritten to .build/bench.md`);
}

await main().catch((error) => {
  console.error(`\nbench failed: ${error.message}`);
  process.exit(1);
});
