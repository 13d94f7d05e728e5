// watch(): the first snapshot, every changed one, the final one; the latest wins, and leaving stops the polling.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { collect, failure, pause, thrown, within } from "./lib/outcome.mjs";
import { json, relay, silence, steps, task } from "./lib/relay.mjs";

const poll = { minMs: 1, maxMs: 5 };
const open = (url, more = {}) => createClient({ baseUrl: url, format: "openai-videos", ...more });
const at = (status, progress) => json(task(status, progress === undefined ? {} : { progress }));
const story = ({ status, progress }) => `${status} ${progress}`;

describe("watch", { concurrency: true }, () => {
  for (const [name, read] of [
    ["watch", (client, options) => collect(client.watch("a", options))],
    ["all", (client, options) => collect(client.all(["a"], options))],
    ["download", (client, options) => client.download("a", options).bytes()],
  ]) {
    test(`${name} refuses a signal that is none`, async () => {
      const error = await failure(within(read(open("https://relay.example"), { signal: {} })), "invalid_argument");
      assert.match(error.message, /AbortSignal/);
    });
  }

  test("yields the first snapshot, every changed one, and the final one last", async (t) => {
    const { url } = await relay(
      t,
      steps(at("queued"), at("queued"), at("in_progress", 20), at("in_progress", 20), at("in_progress", 70), at("completed")),
    );
    const seen = await collect(open(url).watch("a", { poll: { minMs: 10, maxMs: 10 } }));
    assert.deepEqual(seen.map(story), ["queued null", "running 0.2", "running 0.7", "succeeded 1"]);
  });

  test("a failed task is yielded, and then the watch is over", async (t) => {
    const { url } = await relay(t, steps(at("queued"), json(task("failed", { error: { message: "Blocked." } }))));
    const seen = await collect(open(url).watch("a", { poll: { minMs: 10, maxMs: 10 } }));
    assert.deepEqual(
      seen.map(({ status }) => status),
      ["queued", "failed"],
    );
    assert.equal(seen[1].error.message, "Blocked.");
  });

  test("an expired task, likewise", async (t) => {
    const { url } = await relay(t, () => at("expired"));
    assert.deepEqual(
      (await collect(open(url).watch("a"))).map(({ status }) => status),
      ["expired"],
    );
  });

  test("a slow reader gets the latest only", async (t) => {
    const { url, requests } = await relay(t, ({ nth }) => (nth < 20 ? at("in_progress", nth) : at("completed")));
    const seen = [];
    for await (const update of open(url).watch("a", { poll })) {
      seen.push(story(update));
      // Everything else happens while the first one is being looked at.
      if (seen.length === 1) while (requests.length < 20) await pause(5);
      await pause(30);
    }
    assert.deepEqual(seen, ["running 0.01", "succeeded 1"]);
  });

  test("nothing is asked before the first next()", async (t) => {
    const { url, requests } = await relay(t, () => at("completed"));
    const iterator = open(url).watch("a")[Symbol.asyncIterator]();
    await pause(50);
    assert.equal(requests.length, 0);
    await iterator.next();
    assert.equal(requests.length, 1);
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  });

  test("break stops the polling", async (t) => {
    const { url, requests, idle } = await relay(t, ({ nth }) => at("in_progress", nth));
    for await (const _ of open(url).watch("a", { poll })) break;
    // What was on its way when it was stopped may still arrive.
    await pause(60);
    await idle();
    const { length } = requests;
    await pause(100);
    assert.equal(requests.length, length);
  });

  test("break lets go of a poll that hangs", async (t) => {
    const { url, idle, asked } = await relay(t, ({ nth }) => (nth === 1 ? at("queued") : silence()));
    for await (const _ of open(url).watch("a", { poll })) {
      await asked(2);
      break;
    }
    await idle();
  });

  test("return() settles at once, and so does the next() that was pending", async (t) => {
    const { url, asked, idle } = await relay(t, ({ nth }) => (nth === 1 ? at("queued") : silence()));
    const iterator = open(url).watch("a", { poll })[Symbol.asyncIterator]();
    await iterator.next();
    await asked(2);
    const pending = iterator.next();
    assert.deepEqual(await within(iterator.return(), 5000), { done: true, value: undefined });
    assert.deepEqual(await within(pending, 5000), { done: true, value: undefined });
    assert.deepEqual(await within(iterator.next(), 5000), { done: true, value: undefined });
    await idle();
  });

  test("return() before the first next() asks nothing", async (t) => {
    const { url, requests } = await relay(t, () => at("queued"));
    const iterator = open(url).watch("a")[Symbol.asyncIterator]();
    await iterator.return();
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
    assert.equal(requests.length, 0);
  });

  test("several next() at once all settle, as with any async iterator", async (t) => {
    const { url } = await relay(t, steps(at("queued"), at("in_progress", 50), at("completed")));
    const iterator = open(url)
      .watch("a", { poll: { minMs: 20, maxMs: 20 } })
      [Symbol.asyncIterator]();
    const all = await within(Promise.all([1, 2, 3, 4, 5].map(() => iterator.next())), 3000);
    assert.deepEqual(
      all.map(({ done, value }) => done || story(value)),
      ["queued null", "running 0.5", "succeeded 1", true, true],
    );
  });

  test("return() settles every next() that is pending", async (t) => {
    const { url, asked } = await relay(t, silence);
    const stop = new AbortController();
    t.after(() => stop.abort());
    const iterator = open(url).watch("a", { signal: stop.signal })[Symbol.asyncIterator]();
    const pending = [iterator.next(), iterator.next(), iterator.next()];
    await asked();
    await within(iterator.return(), 5000);
    assert.deepEqual(await within(Promise.all(pending), 5000), Array(3).fill({ done: true, value: undefined }));
  });

  test("errors of the wait are thrown, once", async (t) => {
    const { url } = await relay(t, ({ nth }) => (nth === 1 ? at("queued") : json({ error: { message: "bad key" } }, 401)));
    const iterator = open(url).watch("a", { poll })[Symbol.asyncIterator]();
    assert.equal((await iterator.next()).value.status, "queued");
    const error = await failure(iterator.next(), "auth");
    assert.equal(error.task.status, "queued");
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  });

  test("the deadline is thrown", async (t) => {
    const { url } = await relay(t, () => at("queued"));
    await failure(collect(open(url).watch("a", { timeoutMs: 150, poll: { minMs: 20, maxMs: 20 } })), "wait_timeout");
  });

  test("a signal's reason is thrown as it is", async (t) => {
    const { url, idle } = await relay(t, ({ nth }) => (nth === 1 ? at("queued") : silence()));
    const stop = new AbortController();
    const reason = { mine: true };
    const iterator = open(url).watch("a", { poll, signal: stop.signal })[Symbol.asyncIterator]();
    await iterator.next();
    const pending = thrown(iterator.next(), 5000);
    stop.abort(reason);
    assert.equal(await pending, reason);
    await idle();
  });

  test("a signal that has fired is heard before anything is asked", async (t) => {
    const { url, requests } = await relay(t, () => at("queued"));
    assert.equal(await thrown(collect(open(url).watch("a", { signal: AbortSignal.abort("no") }))), "no");
    assert.equal(requests.length, 0);
  });

  test("timeoutMs of null needs a signal of the caller's", async (t) => {
    const { url, requests } = await relay(t, () => at("completed"));
    await failure(collect(open(url).watch("a", { timeoutMs: null })), "invalid_argument");
    assert.equal(requests.length, 0);
    const { signal } = new AbortController();
    assert.equal((await collect(open(url).watch("a", { timeoutMs: null, signal }))).length, 1);
  });

  test("the caller's onUpdate is called as well", async (t) => {
    const { url } = await relay(t, steps(at("queued"), at("completed")));
    const told = [];
    await collect(open(url).watch("a", { poll, onUpdate: ({ status }) => told.push(status) }));
    assert.deepEqual(told, ["queued", "succeeded"]);
  });

  test("what onUpdate throws is thrown", async (t) => {
    const { url } = await relay(t, () => at("queued"));
    const mine = new Error("mine");
    assert.equal(
      await thrown(
        collect(
          open(url).watch("a", {
            poll,
            onUpdate: () => {
              throw mine;
            },
          }),
        ),
      ),
      mine,
    );
  });

  test("each iteration is a watch of its own", async (t) => {
    const { url, requests } = await relay(t, () => at("completed"));
    const watched = open(url).watch("a");
    assert.equal((await collect(watched)).length, 1);
    assert.equal((await collect(watched)).length, 1);
    assert.equal(requests.length, 2);
  });
});
