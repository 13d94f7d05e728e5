// The proxy under node:http, by the README's adapter: over real sockets, to readers that are slow, cut or gone.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createProxy } from "../../pkg/dist/proxy.mjs";
import { createClient } from "../../pkg/dist/index.mjs";
import { listen } from "./lib/proxied.mjs";
import { ask, checkHost, optionsOf, startUpstream } from "./lib/proxy-host.mjs";

const MB = 1 << 20;

async function upstreamOf(t) {
  const upstream = await startUpstream();
  t.after(() => upstream.close());
  return upstream;
}

test("node:http does all that a host must", { timeout: 120_000 }, async (t) => {
  const upstream = await upstreamOf(t);
  const base = `${await listen(t, createProxy(optionsOf(upstream.url)))}/api/relay`;
  await checkHost(base, upstream);
});

test("200 MB go through without being kept", { timeout: 120_000 }, async (t) => {
  const upstream = await upstreamOf(t);
  const child = fork(fileURLToPath(new URL("lib/proxy-child.mjs", import.meta.url)), [upstream.url], { execArgv: ["--expose-gc"] });
  t.after(() => child.kill("SIGKILL"));
  const [{ url }] = await once(child, "message");
  const memory = async () => {
    child.send("memory");
    return (await once(child, "message"))[0].rss;
  };
  // What starts once: the core, the connections.
  await createClient({ baseUrl: url, headers: { "x-user": "owner" } }).download("done").bytes();
  const before = await memory();
  let [bytes, peak, looked] = [0, 0, 0];
  const { answer } = await ask(`${url}/v1/videos/big/content`);
  for await (const chunk of answer) {
    bytes += chunk.length;
    if (bytes - looked < 20 * MB) continue;
    looked = bytes;
    peak = Math.max(peak, await memory());
  }
  assert.equal(bytes, 200 * MB);
  assert.ok(peak - before < 60 * MB, `the proxy grew by ${Math.round((peak - before) / MB)} MB`);
});
