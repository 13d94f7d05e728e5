// `npm run test:consumers`: packs the built package, installs it in each folder of tests/consumers, and runs it there.
// Arguments choose folders or rows by name: `npm run test:consumers -- vite next`.
import { join } from "node:path";
import { build } from "./build.mjs";
import { main, Problem, say } from "./lib/print.mjs";
import { setupBrowser } from "./setup-browser.mjs";

/** A name chooses a folder or a row, or all whose names go on from it: `node` chooses node-20 and node-22. */
function chosen(rows, names) {
  const fits = (row, name) => row.name === name || row.name.startsWith(`${name}-`);
  const unknown = names.find((name) => !rows.some((row) => fits(row, name)));
  if (unknown) throw new Problem(`no consumer "${unknown}": there are ${rows.map(({ name }) => name).join(", ")}`);
  return names.length > 0 ? rows.filter((row) => names.some((name) => fits(row, name))) : rows;
}

await main(async () => {
  await build();
  await setupBrowser();
  // Only now: they stand on the built package and the development dependencies.
  const { attempt } = await import("../tests/consumers/lib/attempt.mjs");
  const { home, install, pack } = await import("../tests/consumers/lib/install.mjs");
  const { consumers, rowsOf } = await import("../tests/consumers/lib/table.mjs");
  const { programs } = await import("../tests/consumers/lib/program.mjs");
  const { startRelay } = await import("../tests/consumers/lib/relay.mjs");
  const { browser, reportOfPage, serveFolder } = await import("../tests/consumers/lib/site.mjs");

  const rows = [];
  for (const consumer of consumers()) for (const row of await rowsOf(consumer)) rows.push({ consumer, ...row });
  const wanted = chosen(rows, process.argv.slice(2));
  const place = home();
  const tarball = pack(place);
  say(`consumers: ${tarball}`);
  const chromium = browser();
  const results = [];
  const installed = new Map();

  for (const { consumer, name, limitMs, work } of wanted) {
    const folder = join(place, consumer.name);
    if (!installed.has(consumer.name)) {
      const done = await attempt(`installing ${consumer.name}`, 300_000, ({ log, signal }) =>
        install({ source: consumer.source, target: folder, tarball, run: programs({ folder, log, signal }).run }));
      installed.set(consumer.name, done);
    }
    const { result: install_, time: installTime } = installed.get(consumer.name);
    const { result, time } = install_ === "FAILED" ? { result: "FAILED (not installed)", time: 0 } : await attempt(name, limitMs, async ({ log, signal, after }) => {
      const relay = await startRelay();
      after(() => relay.close());
      return work({
        folder, tarball, relay, log, signal, after, ...programs({ folder, log, signal }),
        chromium: () => chromium.launch(),
        serve: async (path, headers) => {
          const site = await serveFolder(path, headers);
          after(() => site.close());
          return site.url;
        },
        page: (url) => reportOfPage({ chromium, url, log, signal }),
      });
    });
    // The first row of a folder carries its installation.
    const installing = results.some((past) => past.consumer === consumer) ? 0 : installTime;
    results.push({ consumer, name, result, time, installing });
    say(`${name}: ${result} (${time.toFixed(1)} s${installing > 0.5 ? `, and ${installing.toFixed(1)} s to install` : ""})`);
  }
  await chromium.close();

  const cells = results.map(({ consumer, name, result, time, installing }) =>
    [name, consumer.versions.join(", ") || `node ${process.versions.node}`, result, time.toFixed(1), installing.toFixed(1)]);
  const table = [["consumer", "versions", "result", "seconds", "to install"], ...cells];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  say();
  for (const row of table) say(row.map((cell, column) => (column > 2 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join("  "));
  const passed = results.filter(({ result }) => result === "passed").length;
  say(`\n${passed} passed, ${results.length - passed} failed`);
  if (passed < results.length) process.exitCode = 1;
});
