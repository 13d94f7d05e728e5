import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export async function run({ folder, tarball, relay, run }) {
  const other = join(folder, "other");
  mkdirSync(other);
  cpSync(join(folder, "copy.mjs"), join(other, "copy.mjs"));
  writeFileSync(join(other, "package.json"), '{ "private": true, "type": "module" }\n');
  await run("npm", ["install", "--prefix", other, "--no-save", "--no-fund", "--no-audit", "--loglevel=error", tarball]);

  const all = JSON.parse(await run(process.execPath, ["main.mjs", relay.url]));
  assert.equal(all.length, 4);
  const { task: sha256 } = all[0];
  assert.match(sha256, /^[0-9a-f]{64}$/);
  for (const one of all) {
    assert.deepEqual(one, {
      sameClass: false,
      error: { known: true, code: "not_found", instance: false },
      asReason: true,
      thrownThrough: true,
      ref: "succeeded",
      parsedRef: "succeeded",
      refOfError: "not_found",
      settled: [[true, "done"]],
      task: sha256,
      stored: sha256,
      step: ["running", "number", 1],
      saved: sha256,
      notSaved: [true, "wait_timeout"],
      body: sha256,
      mocked: "succeeded",
    });
  }
}
