import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkHost, KEY, startUpstream } from "../../package/lib/proxy-host.mjs";
import { programOf } from "../lib/program.mjs";

/** The relay of these hosts, which can be endless, and silent. */
async function upstreamFor({ after }) {
  const upstream = await startUpstream();
  after(() => upstream.close());
  return { upstream, env: { RELAY_URL: upstream.url, RELAY_KEY: KEY } };
}

export async function hono(consumer) {
  const { upstream, env } = await upstreamFor(consumer);
  const [, port] = await consumer.start(process.execPath, ["hono.mjs"], /port (\d+)/, { env });
  await checkHost(`http://127.0.0.1:${port}/api/relay`, upstream);
}

export async function workerd(consumer) {
  const { folder, run, start } = consumer;
  const { upstream, env } = await upstreamFor(consumer);
  await run(join(folder, "node_modules/.bin/esbuild"), [
    "worker.mjs", "--bundle", "--format=esm", "--conditions=workerd", "--loader:.wasm=copy", "--asset-names=[name]", "--outdir=dist", "--out-extension:.js=.mjs",
  ]);
  assert.ok(readFileSync(join(folder, "dist/worker.mjs")).length < 200_000, "the worker carries the core twice");
  const [, port] = await start(programOf(folder, "@cloudflare", "bin/workerd"), ["serve", "config.capnp", "--control-fd=1"], /"port":\s*(\d+)/, { env });
  await checkHost(`http://127.0.0.1:${port}/api/relay`, upstream, { halfOpen: true });
}
