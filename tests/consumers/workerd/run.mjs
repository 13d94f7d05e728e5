import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { programOf } from "../lib/program.mjs";

export async function run({ relay, folder, run, start }) {
  // As Cloudflare's own bundler does it: one file, and each .wasm a module beside it.
  await run(join(folder, "node_modules/.bin/esbuild"), [
    "worker.mjs", "--bundle", "--format=esm", "--conditions=workerd", "--loader:.wasm=copy", "--asset-names=[name]", "--outdir=dist", "--out-extension:.js=.mjs",
  ]);
  const [, port] = await start(programOf(folder, "@cloudflare", "bin/workerd"), ["serve", "config.capnp", "--control-fd=1"], /"port":\s*(\d+)/);
  // Twice: the second request meets a core that has started.
  for (const _ of [1, 2]) {
    const response = await fetch(`http://127.0.0.1:${port}/?relay=${encodeURIComponent(relay.url)}`);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    relay.check(JSON.parse(text));
  }
  assert.ok(readFileSync(join(folder, "dist/worker.mjs")).length < 200_000, "the worker carries the core twice");
}
