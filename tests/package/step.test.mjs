// step(): one durable poll. All that a job queue keeps between two of them is JSON.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, thrown, within } from "./lib/outcome.mjs";
import { json, relay, silence, steps, task } from "./lib/relay.mjs";

const poll = { minMs: 1, maxMs: 5 };
const open = (url, more = {}) => createClient({ baseUrl: url, format: "openai-videos", ...more });
const at = (status, progress) => json(task(status, progress === undefined ? {} : { progress }));
const busy = json({ error: { message: "busy" } }, 502);
const stored = (state) => JSON.parse(JSON.stringify(state));

describe("step", { concurrency: true }, () => {
  test("a loop through stored JSON, a fresh client each time, to the end", async (t) => {
    const { url, requests } = await relay(
      t,
      steps(at("queued"), busy, at("in_progress", 50), json(task("completed", { video_url: "https://cdn.example/v.mp4" }))),
    );
    const seen = [];
    let state = null;
    let last;
    for (let nth = 1; nth <= 4; nth++) {
      last = await open(url).step("a", state, { poll });
      assert.equal(requests.length, nth, "one request a step");
      assert.deepEqual(Object.keys(last).sort(), ["delayMs", "state", "task"]);
      assert.deepEqual([last.state.v, stored(last.state)], [1, last.state]);
      seen.push([last.task?.status ?? null, last.delayMs === null]);
      state = stored(last.state);
    }
    assert.deepEqual(seen, [
      ["queued", false],
      [null, false],
      ["running", false],
      ["succeeded", true],
    ]);
    assert.deepEqual([last.task.videoUrl, last.task.ref.baseUrl], ["https://cdn.example/v.mp4", url]);
  });

  test("the delay is within poll's bounds, as wait would pause", async (t) => {
    const { url } = await relay(t, () => at("in_progress", 10));
    let state;
    for (let nth = 0; nth < 5; nth++) {
      const result = await open(url).step("a", state, { poll: { minMs: 3_000, maxMs: 4_000 } });
      assert.ok(result.delayMs >= 3_000 && result.delayMs <= 4_000, String(result.delayMs));
      ({ state } = result);
    }
    const byDefault = await open(url).step("a");
    assert.ok(byDefault.delayMs >= 2_000 && byDefault.delayMs <= 15_000, String(byDefault.delayMs));
  });

  test("a failed or expired task is a result: nothing to come back for", async (t) => {
    for (const status of ["failed", "expired"]) {
      const { url } = await relay(t, () => json(task(status, { error: { code: "blocked", message: "Blocked." } })));
      const result = await open(url).step("a");
      assert.deepEqual([result.task.status, result.task.error, result.delayMs], [status, { code: "blocked", message: "Blocked." }, null]);
      assert.equal(result.task.raw.status, status);
    }
  });

  test("failed polls are counted across steps, and their budget ends the wait", async (t) => {
    const { url } = await relay(t, ({ nth }) => (nth === 1 ? at("queued") : busy));
    let { state } = await open(url).step("a", null, { failures: 2 });
    for (let nth = 0; nth < 2; nth++) ({ state } = await open(url).step("a", stored(state), { failures: 2 }));
    const error = await failure(open(url).step("a", stored(state), { failures: 2 }), "server");
    assert.deepEqual(error.seen, { queued: 1, "http 502": 3 });
  });

  test("Retry-After becomes the delay", async (t) => {
    const { url } = await relay(t, () => json({ error: { message: "slow down" } }, 429, { "retry-after": "42" }));
    const { task: nothing, delayMs } = await open(url).step("a");
    assert.deepEqual([nothing, delayMs], [null, 42_000]);
  });

  test("the deadline counts from the first step", async (t) => {
    const { url } = await relay(t, () => at("in_progress"));
    const options = { timeoutMs: 1000, poll: { minMs: 50, maxMs: 50 } };
    let state = null;
    const error = await thrown(
      (async () => {
        for (;;) {
          const result = await open(url).step("a", state, options);
          state = stored(result.state);
          await new Promise((resolve) => setTimeout(resolve, result.delayMs));
        }
      })(),
    );
    assert.equal(error.code, "wait_timeout");
    assert.equal(error.ref.id, "a");
    assert.ok(error.seen.running >= 2);
  });

  test("auto: the state carries the route that was found", async (t) => {
    const { url, paths } = await relay(t, ({ request }) =>
      request.url.startsWith("/v1/video/query") ? json({ id: "a", status: "pending" }) : json({}, 404),
    );
    const { state } = await createClient({ baseUrl: url }).step("a");
    await createClient({ baseUrl: url }).step("a", stored(state));
    assert.deepEqual(paths(), ["/v1/videos/a", "/v1/video/query?id=a", "/v1/video/query?id=a"]);
  });

  test("a state of another task, another relay or another version is refused before any request", async (t) => {
    const { url, requests } = await relay(t, () => at("queued"));
    const other = await relay(t, () => at("queued"));
    const { state } = await open(url).step("a");
    const elsewhere = (await open(other.url).step("a")).state;
    const before = requests.length;
    const wrong = [
      ["b", state],
      ["a", elsewhere],
      ...[{}, { v: 1 }, [], "state", 7, true, { ...state, v: 2 }, { ...state, v: "1" }, { ...state, v: undefined }].map((other) => [
        "a",
        other,
      ]),
    ];
    for (const key of Object.keys(state).filter((key) => key !== "v")) {
      wrong.push(["a", { ...state, [key]: {} }]);
      if (typeof state[key] === "string")
        wrong.push(["a", { ...state, [key]: state[key].slice(0, state[key].length / 2) }], ["a", { ...state, [key]: `x${state[key]}` }]);
    }
    for (const [id, given] of wrong) {
      await failure(open(url).step(id, given), "invalid_argument").catch((error) => {
        throw new assert.AssertionError({ message: `${JSON.stringify(given)}: ${error.message}` });
      });
    }
    assert.equal(requests.length, before);
  });

  test("a state with numbers at their limits does no harm", async (t) => {
    const { url } = await relay(t, () => busy);
    const { v, ...rest } = (await open(url).step("a", null, { failures: 1_000_000 })).state;
    const text = JSON.stringify(rest);
    const numbers = [...text.matchAll(/\d+(\.\d+)?/g)];
    assert.ok(numbers.length > 5);
    for (const { 0: number, index } of numbers) {
      for (const extreme of [
        "0",
        "4294967295",
        "4294967296",
        "9007199254740993",
        "8640000000000001",
        "1e308",
        "1e999",
        "-1",
        "0.5",
        "NaN",
        "",
      ]) {
        let changed;
        try {
          changed = JSON.parse(text.slice(0, index) + extreme + text.slice(index + number.length));
        } catch {
          continue;
        }
        const result = await within(
          open(url)
            .step("a", { v, ...changed }, { failures: 1_000_000 })
            .catch((error) => error),
        );
        const fine = result.delayMs > 0 || ["invalid_argument", "server", "wait_timeout"].includes(result.code);
        assert.ok(fine, `${JSON.stringify(changed)}: ${result.delayMs ?? `${result.code} ${result.message}`}`);
      }
    }
  });

  for (const word of ["two\nlines\n1", 'a "quoted" \\ word', "\u0000", "🎬".repeat(50), "1", " ", "x".repeat(100_000)]) {
    test(`the relay's own word does not break the state: ${JSON.stringify(word).slice(0, 40)}`, async (t) => {
      const { url } = await relay(t, ({ nth }) => at(nth < 3 ? word : "completed", 10));
      let { state } = await open(url).step("a");
      ({ state } = await open(url).step("a", stored(state)));
      assert.equal((await open(url).step("a", stored(state))).task.status, "succeeded");
    });
  }

  test("a ref names the task as well as an id", async (t) => {
    const { url } = await relay(t, steps(at("queued"), at("completed")));
    const { task: first, state } = await open(url).step("a");
    const { task: last } = await open(url).step(stored(first.ref), stored(state));
    assert.equal(last.status, "succeeded");
  });

  test("refusals reject, and abort rejects with the reason", async (t) => {
    const { url } = await relay(t, () => json({ error: { message: "bad key" } }, 401));
    await failure(open(url).step("a"), "auth");
    const hanging = await relay(t, silence);
    const stop = new AbortController();
    const ended = thrown(open(hanging.url).step("a", null, { signal: stop.signal }), 5000);
    await hanging.asked();
    stop.abort("enough");
    assert.equal(await ended, "enough");
    await hanging.idle();
  });
});
