// wait(): resolves with a succeeded task only; every other end is an error that says how to go on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, pause, thrown } from "./lib/outcome.mjs";
import { html, json, relay, reply, steps, task } from "./lib/relay.mjs";

const poll = { minMs: 1, maxMs: 5 };
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", ...more });
const at = (status, progress) => json(task(status, progress === undefined ? {} : { progress }));
const missing = json({ error: { message: "Video not found" } }, 404);
const busy = json({ error: { message: "busy" } }, 502);

describe("wait", { concurrency: true }, () => {
  test("polls until the task has succeeded", async (t) => {
    const { url, requests } = await relay(
      t,
      steps(
        at("queued"),
        at("in_progress", 40),
        at("in_progress", 80),
        json(task("completed", { video_url: "https://cdn.example/v.mp4" })),
      ),
    );
    const done = await open(url).wait("a", { poll });
    assert.deepEqual(
      [done.status, done.progress, done.videoUrl, done.raw.status],
      ["succeeded", 1, "https://cdn.example/v.mp4", "completed"],
    );
    assert.equal(requests.length, 4);
  });

  test("a task that is finished already takes one request", async (t) => {
    const { url, requests } = await relay(t, () => at("completed"));
    await open(url).wait("a");
    assert.equal(requests.length, 1);
  });

  for (const word of ["succeeded", "SUCCESS", " Completed ", "done"]) {
    test(`"${word}" is a success`, async (t) => {
      const { url } = await relay(t, () => at(word));
      assert.equal((await open(url).wait("a")).rawStatus, word);
    });
  }

  test("a failed task: task_failed, with the task and the relay's words", async (t) => {
    const failed = task("failed", { error: { code: "moderation_blocked", message: "Your request was blocked." } });
    const { url, requests } = await relay(t, steps(at("in_progress"), json(failed)));
    const error = await failure(open(url).wait("a", { poll }), "task_failed");
    const words = { code: "moderation_blocked", message: "Your request was blocked." };
    assert.deepEqual([error.task.status, error.task.error, error.server], ["failed", words, words]);
    assert.deepEqual(error.task.raw, failed);
    assert.deepEqual(error.ref, { id: "a", format: "openai-videos", baseUrl: url });
    assert.match(error.message, /Your request was blocked/);
    assert.equal(requests.length, 2);
  });

  test("a failed job behind an HTTP error is a failed task", async (t) => {
    const { url } = await relay(t, () => json(task("failed", { error: { code: 500, message: "CUDA out of memory" } }), 500));
    const error = await failure(open(url).wait("a"), "task_failed");
    assert.deepEqual(error.task.error, { code: "500", message: "CUDA out of memory" });
  });

  test("an expired task: task_expired", async (t) => {
    const { url } = await relay(t, () => at("expired"));
    const error = await failure(open(url).wait("a"), "task_expired");
    assert.equal(error.task.status, "expired");
  });

  test("failed polls are borne; a good one resets the count", async (t) => {
    const bad = [busy, busy, at("in_progress"), html(), reply(200, {}, ""), at("in_progress"), busy, busy, at("completed")];
    const { url, requests } = await relay(t, steps(...bad));
    assert.equal((await open(url).wait("a", { poll, failures: 2 })).status, "succeeded");
    assert.equal(requests.length, bad.length);
  });

  test("one failed poll more than `failures` ends the wait with the failure", async (t) => {
    const { url, requests } = await relay(t, ({ nth }) => (nth === 1 ? at("in_progress", 50) : busy));
    const error = await failure(open(url).wait("a", { poll, failures: 2 }), "server");
    assert.deepEqual([error.httpStatus, error.seen, error.task.progress, error.ref.id], [502, { running: 1, "http 502": 3 }, 0.5, "a"]);
    assert.equal(requests.length, 4);
  });

  test("failures of 0 bears none", async (t) => {
    const { url, requests } = await relay(t, () => busy);
    await failure(open(url).wait("a", { poll, failures: 0 }), "server");
    assert.equal(requests.length, 1);
  });

  test("connections that break count as failures", async (t) => {
    const { url, requests } = await relay(t, ({ request }) => void request.socket.destroy());
    const error = await failure(open(url).wait("a", { poll, failures: 1 }), "network");
    assert.deepEqual([error.seen, requests.length], [{ network: 2 }, 2]);
  });

  for (const [status, code] of [
    [401, "auth"],
    [403, "auth"],
    [402, "insufficient_funds"],
    [400, "rejected"],
  ]) {
    test(`HTTP ${status} ends the wait at once`, async (t) => {
      const { url, requests } = await relay(t, ({ nth }) =>
        nth === 1 ? at("in_progress", 10) : json({ error: { message: "no" } }, status),
      );
      const error = await failure(open(url).wait("a", { poll }), code);
      assert.equal(error.task.progress, 0.1);
      assert.equal(requests.length, 2);
    });
  }

  test("a task not known yet is given time", async (t) => {
    const { url, requests } = await relay(
      t,
      steps(missing, missing, json({ code: "task_not_exist", message: "task_not_exist" }, 400), at("queued"), at("completed")),
    );
    assert.equal((await open(url).wait("a", { poll, failures: 0 })).status, "succeeded");
    assert.equal(requests.length, 5);
  });

  test("a task that was known and is not any more counts as failures", async (t) => {
    const { url, requests } = await relay(t, ({ nth }) => (nth === 1 ? at("queued") : missing));
    await failure(open(url).wait("a", { poll, failures: 1 }), "not_found");
    assert.equal(requests.length, 3);
  });

  test("an unknown word is no end", async (t) => {
    const { url } = await relay(t, steps(at("dreaming"), at("unknown"), json({ id: "a", status: 7, model: "x" }), at("completed")));
    const seen = [];
    await open(url).wait("a", { poll, onUpdate: ({ status, rawStatus }) => seen.push([status, rawStatus]) });
    assert.deepEqual(seen.slice(0, 2), [
      ["unknown", "dreaming"],
      ["unknown", "unknown"],
    ]);
    assert.equal(seen.at(-1)[0], "succeeded");
  });

  test("onUpdate gets the first snapshot and every changed one, in order", async (t) => {
    const { url } = await relay(
      t,
      steps(
        at("queued"),
        at("queued"),
        at("in_progress", 10),
        at("in_progress", 10),
        at("in_progress", 10),
        at("in_progress", 60),
        busy,
        at("in_progress", 60),
        at("completed"),
      ),
    );
    const seen = [];
    const done = await open(url).wait("a", { poll, onUpdate: (update) => seen.push(update) });
    assert.deepEqual(
      seen.map(({ status, progress }) => [status, progress]),
      [
        ["queued", null],
        ["running", 0.1],
        ["running", 0.6],
        ["succeeded", 1],
      ],
    );
    assert.deepEqual(seen.at(-1), done);
    assert.deepEqual(seen[1].raw, task("in_progress", { progress: 10 }));
  });

  test("onUpdate gets the failed snapshot too", async (t) => {
    const { url } = await relay(t, steps(at("queued"), at("failed")));
    const seen = [];
    await failure(open(url).wait("a", { poll, onUpdate: ({ status }) => seen.push(status) }), "task_failed");
    assert.deepEqual(seen, ["queued", "failed"]);
  });

  test("what onUpdate throws ends the wait as it is", async (t) => {
    const { url, requests } = await relay(t, () => at("queued"));
    const mine = { stop: true };
    const reason = await thrown(
      open(url).wait("a", {
        poll,
        onUpdate: () => {
          throw mine;
        },
      }),
    );
    assert.equal(reason, mine);
    await pause(50);
    assert.equal(requests.length, 1);
  });

  test("the pauses stay within poll's bounds", async (t) => {
    const { url, requests } = await relay(t, steps(...Array(6).fill(at("in_progress", 10)), at("completed")));
    await open(url).wait("a", { poll: { minMs: 40, maxMs: 60 } });
    const gaps = requests.slice(1).map(({ at: time }, index) => time - requests[index].at);
    assert.ok(
      gaps.every((gap) => gap >= 35),
      String(gaps),
    );
  });

  test("the default pause is two seconds or more", async (t) => {
    const { url, requests } = await relay(t, () => at("queued"));
    await failure(open(url).wait("a", { timeoutMs: 1500 }), "wait_timeout");
    // The first, and the last one just before the deadline.
    assert.ok(requests.length <= 2, `${requests.length} requests`);
  });

  test("timeoutMs of null needs a signal", async (t) => {
    const { url, requests } = await relay(t, steps(at("queued"), at("completed")));
    await failure(open(url).wait("a", { timeoutMs: null }), "invalid_argument");
    assert.equal(requests.length, 0);
    const { signal } = new AbortController();
    assert.equal((await open(url).wait("a", { timeoutMs: null, signal, poll })).status, "succeeded");
  });

  test("options that are wrong are refused before any request", async (t) => {
    const { url, requests } = await relay(t, () => at("queued"));
    for (const options of [
      { timeoutMs: -1 },
      { timeoutMs: Number.NaN },
      { timeoutMs: "x" },
      { poll: { minMs: -1 } },
      { poll: { minMs: 10, maxMs: 5 } },
      { poll: { maxMs: Infinity } },
      { failures: -1 },
      { failures: null },
      { poll: { minMs: null } },
    ]) {
      await failure(open(url).wait("a", options), "invalid_argument");
    }
    assert.equal(requests.length, 0);
  });

  test("two waits on one task are independent", async (t) => {
    const { url } = await relay(t, ({ nth }) => at(nth < 6 ? "in_progress" : "completed"));
    const client = open(url);
    const stop = new AbortController();
    const stopped = thrown(client.wait("a", { poll: { minMs: 5, maxMs: 5 }, signal: stop.signal }));
    const going = client.wait("a", { poll: { minMs: 20, maxMs: 20 } });
    stop.abort("enough");
    assert.equal(await stopped, "enough");
    assert.equal((await going).status, "succeeded");
  });
});

// Alone: it sets the clock that the whole process sees.
test("a task that nobody knows after the time of grace is not_found", async (t) => {
  const real = Date.now;
  t.after(() => (Date.now = real));
  const { url, requests } = await relay(t, ({ nth }) => {
    if (nth === 3) Date.now = () => real() + 16_000;
    return missing;
  });
  const error = await failure(open(url).wait("a", { poll }), "not_found");
  assert.equal(requests.length, 3);
  assert.deepEqual(error.seen, { "http 404": 3 });
});
