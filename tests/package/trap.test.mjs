// A bug in the core is a trap: the call it happens in rejects with `internal`, all others go on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { json, relay, task } from "./lib/relay.mjs";
import { failure, within } from "./lib/outcome.mjs";

// (module (func (export "trap") unreachable))
const trapping = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11);
const { trap } = new WebAssembly.Instance(new WebAssembly.Module(trapping)).exports;

/** The turns of the core, as pkg-template/src/give.ts counts them. */
const turns = [
  "open", "query", "wait", "step", "download", "key", "answered", "unanswered", "slept", "advance", "idle", "fail_download", "read_task", "list_path",
];
/** Names of turns, and of the core's other exports, that trap at their next call. */
const armed = new Set();
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...args) {
  const instance = new Instance(...args);
  // Node's own fetch starts a core of its own.
  if (!instance.exports.turn) return instance;
  const exports = { ...instance.exports };
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === "function") exports[name] = (...given) => (armed.delete(name === "turn" ? turns[given[0]] : name) ? trap() : value(...given));
  }
  return { exports };
};
const { createClient, readTask } = await import("../../pkg/dist/index.mjs");

describe("a trap in the core", { concurrency: false }, () => {
  // Only of what is not known yet does the facade ask: how a first request is made, and how much of a bad answer is read.
  const calls = { query: {}, request: { fresh: true }, to_read: { bad: true }, answered: {} };
  for (const [turn, { fresh = false, bad = false }] of Object.entries(calls)) {
    test(`in ${turn} rejects its call with internal, and gives its place back; the next one works`, async (t) => {
      const { url } = await relay(t, () => (armed.size > 0 && bad ? json({}, 500) : json(task("queued"))));
      const client = createClient({ baseUrl: url, format: "openai-videos", retries: 0, limits: { concurrent: 1 } });
      if (!fresh) await client.query("a");
      armed.add(turn);
      const error = await failure(client.query("a"), "internal");
      assert.equal(armed.size, 0, "it did trap");
      assert.ok(error.cause instanceof WebAssembly.RuntimeError);
      assert.equal((await within(client.query("a"), 5000)).status, "queued");
    });
  }

  test("leaves the calls beside it alone", async (t) => {
    const { url } = await relay(t, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return json(task("queued"));
    });
    const client = createClient({ baseUrl: url, format: "openai-videos" });
    const beside = client.query("a");
    await new Promise((resolve) => setTimeout(resolve, 10));
    armed.add("query");
    await failure(client.query("b"), "internal");
    assert.equal((await beside).status, "queued");
  });

  test("in a reading without a client, likewise", async () => {
    armed.add("read_task");
    await failure(readTask({ id: "a", status: "queued" }), "internal");
    assert.equal((await readTask({ id: "a", status: "queued" })).status, "queued");
  });
});
