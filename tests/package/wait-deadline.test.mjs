// A wait's deadline: it bounds the whole call, wherever that hangs, and the error tells how to go on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, pause, thrown } from "./lib/outcome.mjs";
import { json, relay, silence, steps, task } from "./lib/relay.mjs";

const poll = { minMs: 1, maxMs: 5 };
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", ...more });
const at = (status, progress) => json(task(status, progress === undefined ? {} : { progress }));
const busy = json({ error: { message: "busy" } }, 502);

describe("a wait's deadline", { concurrency: true }, () => {
  test("the deadline: wait_timeout, with the last task and what was seen", async (t) => {
    const { url, requests, idle } = await relay(t, ({ nth }) => (nth === 1 ? at("queued") : nth === 3 ? busy : at("in_progress", 10)));
    const error = await failure(open(url).wait("a", { timeoutMs: 2000, poll: { minMs: 50, maxMs: 50 } }), "wait_timeout");
    assert.deepEqual([error.task.status, error.task.progress, error.ref.id], ["running", 0.1, "a"]);
    assert.deepEqual([error.seen.queued, error.seen["http 502"]], [1, 1]);
    assert.equal(error.seen.running, requests.length - 2);
    assert.ok(error.hint.length > 0);
    const polls = requests.length;
    await pause(100);
    await idle();
    assert.equal(requests.length, polls, "no poll after the end");
  });

  test("the deadline of a timeoutMs of 0 still asks once", async (t) => {
    const { url, requests } = await relay(t, steps(at("queued"), at("completed")));
    await failure(open(url).wait("a", { timeoutMs: 0 }), "wait_timeout");
    assert.equal(requests.length, 1);
    assert.equal((await open(url).wait("a", { timeoutMs: 0 })).status, "succeeded");
  });

  test("the deadline bounds a poll that hangs before its headers", async (t) => {
    const { url, idle } = await relay(t, ({ nth }) => (nth === 1 ? at("queued") : silence()));
    const error = await failure(open(url).wait("a", { timeoutMs: 1000, poll }), "wait_timeout", 10_000);
    assert.equal(error.task.status, "queued");
    await idle();
  });

  test("the deadline bounds a poll that hangs in its body", async (t) => {
    const { url, idle } = await relay(t, ({ response }) => void response.writeHead(200, { "content-type": "application/json" }).write("{"));
    await failure(open(url).wait("a", { timeoutMs: 300, poll }), "wait_timeout", 10_000);
    await idle();
  });

  test("the deadline bounds an apiKey function that hangs", async (t) => {
    const { url } = await relay(t, () => at("queued"));
    const client = open(url, { apiKey: () => new Promise(() => {}) });
    await failure(client.wait("a", { timeoutMs: 200, poll }), "wait_timeout", 10_000);
  });

  test("the deadline bounds the queue before the client's limit", async (t) => {
    const { url, asked } = await relay(t, silence);
    const client = open(url, { limits: { concurrent: 1 } });
    const stop = new AbortController();
    const first = thrown(client.query("first", { signal: stop.signal }));
    await asked();
    await failure(client.wait("a", { timeoutMs: 200, poll }), "wait_timeout", 10_000).finally(() => stop.abort());
    await first;
  });

  test("the deadline bounds a poll that had to queue", async (t) => {
    const { url, asked } = await relay(t, ({ path, response }) => {
      // The first call keeps its place for most of the time; what the wait then asks is never answered.
      if (path.endsWith("first")) setTimeout(() => response.writeHead(200).end(JSON.stringify(task("queued"))), 3000);
    });
    const client = open(url, { limits: { concurrent: 1 } });
    const first = client.query("first");
    await asked();
    const ended = failure(client.wait("a", { timeoutMs: 4000, poll }), "wait_timeout", 20_000).then(() => "ended");
    // Given all its time anew, the poll would end seven seconds from now.
    assert.equal(await Promise.race([ended, pause(5500).then(() => "goes on")]), "ended");
    await first;
  });

  test("the deadline bounds a pause that the relay asks for", async (t) => {
    const { url } = await relay(t, () => json({ error: { message: "slow down" } }, 429, { "retry-after": "30" }));
    const error = await failure(open(url).wait("a", { timeoutMs: 300, poll }), "wait_timeout", 10_000);
    assert.ok(error.seen["http 429"] >= 1);
  });
});
