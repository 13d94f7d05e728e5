// How often a call goes into the core, and out of it: twice in for a request, as it begins and as it ends, and never out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { json, relay, task } from "./lib/relay.mjs";

/** Calls of the core and of what it calls, by name; the memory of texts is the glue's own. */
const calls = new Map();
const glue = /^__wbindgen_(malloc|realloc|free)$/;
const counted = (functions) =>
  Object.fromEntries(Object.entries(functions).map(([name, value]) => [name, typeof value !== "function" ? value : (...given) => {
    if (!glue.test(name)) calls.set(name, (calls.get(name) ?? 0) + 1);
    return value(...given);
  }]));
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const all = Object.fromEntries(Object.entries(imports ?? {}).map(([name, functions]) => [name, counted(functions)]));
  const instance = new Instance(module, all);
  // Node's own fetch starts a core of its own.
  return instance.exports.turn ? { exports: counted(instance.exports) } : instance;
};
const { createClient } = await import("../../pkg/dist/index.mjs");

const during = async (work) => {
  calls.clear();
  await work();
  return Object.fromEntries(calls);
};

test("a query", async (t) => {
  const { url } = await relay(t, () => json(task("queued")));
  const client = createClient({ baseUrl: url, apiKey: "sk-secret", format: "openai-videos" });
  await client.query("a");
  assert.deepEqual(await during(() => client.query("a")), { turn: 2 });
});

test("a wait: one more for each pause that is over", async (t) => {
  let asked = 0;
  const { url } = await relay(t, () => json(task(++asked % 3 ? "in_progress" : "completed")));
  const client = createClient({ baseUrl: url, apiKey: "sk-secret", format: "openai-videos" });
  const wait = () => client.wait("a", { poll: { minMs: 1, maxMs: 2 } });
  await wait();
  assert.deepEqual(await during(wait), { turn: 6 });
});

test("queries that wait for their places ask for them", async (t) => {
  const { url } = await relay(t, () => json(task("queued")));
  const client = createClient({ baseUrl: url, apiKey: "sk-secret", format: "openai-videos", limits: { concurrent: 1 } });
  await client.query("a");
  const { turn, admit, ...others } = await during(() => Promise.all(["a", "b", "c"].map((id) => client.query(id))));
  assert.equal(turn, 6);
  assert.ok(admit > 0);
  // How long each of the two that waited is given for what is left.
  assert.deepEqual(others, { patience: 2 });
});
