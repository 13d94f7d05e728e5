// `npm run test:consumers`: packs the built package, installs it in each folder of tests/consumers, and runs it there.
// Arguments choose folders or rows by name: `npm run test:consumers -- vite next`. `--tarball FILE`, absolute, is installed in place of a new one.
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { main, Problem, say, seconds } from "./lib/print.mjs";
import { setupBrowser } from "./setup-browser.mjs";

/** A name chooses a folder or a row, or all whose names go on from it: `node` chooses node-20 and node-22. */
function chosen(rows, names) {
  const fits = (row, name) => row.name === name || row.name.startsWith(`${name}-`);
  const unknown = names.find((name) => !rows.some((row) => fits(row, name)));
  if (unknown) throw new Problem(`no consumer "${unknown}": there are ${rows.map(({ name }) => name).join(", ")}`);
  return names.length > 0 ? rows.filter((row) => names.some((name) => fits(row, name))) : rows;
}

function print(results, time) {
  const table = [
    ["consumer", "versions", "result", "seconds", "to install"],
    ...results.map(({ name, versions, result, time, installing }) => [name, versions.join(", "), result, time.toFixed(1), installing?.toFixed(1) ?? ""]),
  ];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  say();
  for (const row of table) say(row.map((cell, column) => (column > 2 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join("  ").trimEnd());
  const passed = results.filter(({ result }) => result === "passed").length;
  say(`\n${time} in all\n${passed} passed, ${results.length - passed} failed`);
  if (passed < results.length) process.exitCode = 1;
}

await main(async () => {
  const start = performance.now();
  const { values, positionals } = parseArgs({ options: { tarball: { type: "string" } }, allowPositionals: true });
  await build();
  await setupBrowser();
  // Only now: they stand on the built package and the development dependencies.
  const { workshop } = await import("../tests/consumers/lib/workshop.mjs");
  const { consumers, rowsOf } = await import("../tests/consumers/lib/table.mjs");
  const rows = (await Promise.all(consumers().map(rowsOf))).flat();
  const wanted = chosen(rows, positionals);
  const shop = workshop(values.tarball);
  say(`consumers: ${shop.tarball}`);
  const results = [];
  for (const row of wanted) {
    const result = await shop.run(row);
    results.push(result);
    say(`${result.name}: ${result.result} (${result.time.toFixed(1)} s${result.installing === null ? "" : `, and ${result.installing.toFixed(1)} s to install`})`);
  }
  await shop.close();
  print(results, seconds(start));
});
