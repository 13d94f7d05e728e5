// all(): many waits under one limit, in order of completion; one failure never ends the others.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { collect, failure, pause, thrown, within } from "./lib/outcome.mjs";
import { json, relay, silence, task } from "./lib/relay.mjs";

const poll = { minMs: 5, maxMs: 10 };
const open = (url, more = {}) => createClient({ baseUrl: url, format: "openai-videos", ...more });

/** A relay whose task `tN` is done at its Nth poll. */
const counting = (t, more = {}) => {
  const polls = {};
  return relay(t, ({ path }) => {
    const id = path.split("/").pop();
    if (more[id]) return more[id]();
    polls[id] = (polls[id] ?? 0) + 1;
    return json(task(polls[id] >= Number(id.slice(1)) ? "completed" : "in_progress", { id }));
  });
};

describe("all", { concurrency: true }, () => {
  test("yields in order of completion, with ref and task", async (t) => {
    const { url } = await counting(t);
    const settled = await collect(open(url).all(["t16", "t1", "t6"], { poll }));
    assert.deepEqual(
      settled.map(({ ok, ref, task: { status } }) => [ok, ref.id, status]),
      [
        [true, "t1", "succeeded"],
        [true, "t6", "succeeded"],
        [true, "t16", "succeeded"],
      ],
    );
    assert.deepEqual(settled[0].ref, { id: "t1", format: "openai-videos", baseUrl: url });
  });

  test("the first to be done is yielded while the others go on", async (t) => {
    const { url } = await counting(t, { t99: silence });
    const iterator = open(url).all(["t99", "t1"], { poll })[Symbol.asyncIterator]();
    assert.equal((await within(iterator.next(), 5000)).value.ref.id, "t1");
    await iterator.return();
  });

  test("one failure among them", async (t) => {
    const { url } = await counting(t, {
      bad: () => json(task("failed", { error: { message: "Blocked." } })),
      gone: () => json({ error: { message: "bad key" } }, 401),
    });
    const settled = await collect(
      open(url).all(["t3", "bad", "t5", "gone", "", { id: "t1", format: "openai-videos", baseUrl: "https://other.example" }], { poll }),
    );
    const told = Object.fromEntries(
      settled.map((one) => [one.ref.id + (one.ref.baseUrl === url ? "" : "@other"), one.ok || one.error.code]),
    );
    assert.deepEqual(told, {
      t3: true,
      t5: true,
      bad: "task_failed",
      gone: "auth",
      "": "invalid_argument",
      "t1@other": "invalid_argument",
    });
    for (const one of settled) assert.deepEqual(Object.keys(one).sort(), one.ok ? ["ok", "ref", "task"] : ["error", "ok", "ref"]);
  });

  test("nothing yields nothing", async () => {
    assert.deepEqual(await collect(open("https://relay.example").all([])), []);
  });

  test("any iterable: a set, a generator, refs among ids", async (t) => {
    const { url } = await counting(t);
    const tasks = function* () {
      yield "t1";
      yield { id: "t2", format: "openai-videos", baseUrl: url };
    };
    assert.equal((await collect(open(url).all(tasks(), { poll }))).length, 2);
    assert.equal((await collect(open(url).all(new Set(["t1", "t2", "t2"]), { poll }))).length, 2);
  });

  test("the same task twice is settled twice", async (t) => {
    const { url } = await counting(t);
    assert.deepEqual(
      (await collect(open(url).all(["t1", "t1"], { poll }))).map(({ ref }) => ref.id),
      ["t1", "t1"],
    );
  });

  test("an iterable that throws ends it, and what was begun is stopped", async (t) => {
    const { url, idle } = await counting(t, { t99: silence });
    const mine = new Error("mine");
    const tasks = function* () {
      yield "t99";
      throw mine;
    };
    const { signal } = new AbortController();
    assert.equal(await thrown(collect(open(url).all(tasks(), { poll, signal }))), mine);
    await idle();
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  test("a deadline is each one's own error", async (t) => {
    const { url } = await counting(t, { t99: () => json(task("in_progress")) });
    const settled = await collect(open(url).all(["t99", "t1"], { poll, timeoutMs: 2000 }));
    assert.deepEqual(
      settled.map(({ ok, ref, error }) => [ref.id, ok, error?.code]),
      [
        ["t1", true, undefined],
        ["t99", false, "wait_timeout"],
      ],
    );
  });

  test("onUpdate is called for every task", async (t) => {
    const { url } = await counting(t);
    const seen = new Set();
    await collect(open(url).all(["t1", "t2"], { poll, onUpdate: ({ id, status }) => seen.add(`${id} ${status}`) }));
    assert.deepEqual([...seen].sort(), ["t1 succeeded", "t2 running", "t2 succeeded"]);
  });

  test("abort rejects with the reason, stops them all, and leaves no listener", async (t) => {
    const { url, idle, asked, requests } = await relay(t, silence);
    const stop = new AbortController();
    const reason = { mine: true };
    const ended = thrown(collect(open(url).all(["a", "b", "c"], { signal: stop.signal })), 5000);
    await asked(3);
    stop.abort(reason);
    assert.equal(await ended, reason);
    await idle();
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    assert.equal(requests.length, 3);
  });

  test("break stops the others", async (t) => {
    const { url, idle, requests } = await counting(t, { t99: silence });
    for await (const _ of open(url).all(["t1", "t99"], { poll })) break;
    // What was on its way when it was stopped may still arrive.
    await pause(60);
    await idle();
    const { length } = requests;
    await pause(60);
    assert.equal(requests.length, length);
  });

  test("return() settles at once while next() is pending", async (t) => {
    const { url, asked, idle } = await relay(t, silence);
    const stop = new AbortController();
    t.after(() => stop.abort());
    const iterator = open(url).all(["a", "b"], { signal: stop.signal })[Symbol.asyncIterator]();
    const pending = iterator.next();
    await asked();
    assert.deepEqual(await within(iterator.return(), 5000), { done: true, value: undefined });
    assert.deepEqual(await within(pending, 5000), { done: true, value: undefined });
    await idle();
  });

  test("nothing is asked before the first next()", async (t) => {
    const { url, requests } = await counting(t);
    open(url).all(["t1"]);
    await pause(40);
    assert.equal(requests.length, 0);
  });

  test("timeoutMs of null needs a signal", async (t) => {
    const { url, requests } = await counting(t);
    await failure(collect(open(url).all(["t1"], { timeoutMs: null })), "invalid_argument");
    assert.equal(requests.length, 0);
    const { signal } = new AbortController();
    assert.equal((await collect(open(url).all(["t1"], { timeoutMs: null, signal })))[0].ok, true);
  });

  test("two hundred tasks, and no warning of listeners", async (t) => {
    const warnings = [];
    const warn = (warning) => warnings.push(warning.name);
    process.on("warning", warn);
    t.after(() => process.off("warning", warn));
    const { url } = await counting(t);
    const tasks = Array.from({ length: 200 }, (_, index) => `t${(index % 3) + 1}`);
    const settled = await collect(open(url).all(tasks, { poll: { minMs: 1, maxMs: 2 } }));
    assert.ok(settled.length === 200 && settled.every(({ ok }) => ok));
    assert.deepEqual(warnings, []);
  });
});
