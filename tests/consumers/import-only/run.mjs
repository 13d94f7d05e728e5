import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The entries that the installed package has, from its own exports. */
function entriesOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, "node_modules/reelay/package.json"), "utf8"));
  return Object.keys(exports).filter((path) => !/\.(json|wasm)$/.test(path)).map((path) => path.replace(".", "reelay"));
}

const probe = async ({ run }, args) => JSON.parse(await run(process.execPath, args));

export async function run(consumer) {
  const entries = entriesOf(consumer.folder);
  assert.ok(entries.includes("reelay") && entries.length > 3, entries.join());
  for (const entry of entries) {
    const ways = [["import"], ["require"], ["require", "--no-experimental-require-module"]];
    await Promise.all(ways.map(async ([how, ...flags]) => {
      const { names, ...did } = await probe(consumer, [...flags, "probe.mjs", entry, how]);
      assert.ok(names > 0, entry);
      assert.deepEqual(did, { touched: [], made: [], resources: true, scope: true }, `${how} of ${entry}`);
    }));
  }
  // That the probe would notice.
  const busy = await probe(consumer, ["probe.mjs", "./busy.mjs", "import"]);
  for (const name of ["WebAssembly", "fetch", "process.on exit", "setInterval"]) assert.ok(busy.touched.includes(name), busy.touched.join());
  assert.deepEqual([busy.resources, busy.scope], [false, false]);
  assert.ok(busy.made.includes("Timeout"), busy.made.join());
}
