// The simulator's clock: run forward alone and with fake timers, which the client must hear of whenever they are installed.
// One after the other: the timers of the whole process are counted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, preload } from "../../pkg/dist/index.mjs";
import { mockRelay } from "../../pkg/dist/testing.mjs";

const MINUTES = 60_000;
const V1 = "https://relay.test/v1";
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
const collect = async (iterable) => {
  const all = [];
  for await (const each of iterable) all.push(each);
  return all;
};
const code = (expected) => (error) => error.code === expected;

// Imported and started in real time: what the client had kept of its timers would be real from here on.
await preload();

/** A relay and its client in the time of `t.mock.timers`. */
function faked(t, script, options) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_770_000_000_000 });
  const relay = mockRelay({ tick: (ms) => t.mock.timers.tick(ms), ...script });
  return { relay, client: createClient({ baseUrl: relay.baseUrl, fetch: relay.fetch, ...options }) };
}

const render = [
  { status: "queued", forMs: 1 * MINUTES },
  { http: 503, retryAfter: 7 },
  { status: "running", progress: [0, 1], forMs: 18 * MINUTES },
  { http: 502, delayMs: 5_000, polls: 2 },
  { status: "succeeded", result: { place: "cdn", bytes: 3_000_000, faults: [{ cutAfter: 100_000 }, { delayMs: 3_000, bytesPerSecond: 100_000 }] } },
];

/** Every wait of the client's: how it is asked for, how it ends, and how many minutes that takes at least. */
const waits = {
  "a wait of twenty minutes, with a download": [
    { tasks: { a: render } }, {}, async (client) => (await client.download(await client.wait("a")).bytes()).length, 3_000_000, 19,
  ],
  "watch": [{ tasks: { a: render } }, {}, async (client) => (await collect(client.watch("a"))).at(-1).status, "succeeded", 19],
  "a wait's own deadline": [{ tasks: { a: [{ status: "running" }] } }, {}, (client) => client.wait("a"), code("wait_timeout"), 19.5],
  "one attempt, and the pauses between": [{ tasks: { a: [{ delayMs: Infinity }] } }, {}, (client) => client.query("a"), code("timeout"), 2.5],
  "Retry-After": [
    { tasks: { a: [{ http: 429, retryAfter: 90 }, { status: "queued" }] } }, {}, async (client) => (await client.wait("a", { timeoutMs: 2 * MINUTES }).catch(({ seen }) => seen)).queued > 0, true, 1.5,
  ],
  "the queue at a limit": [
    { tasks: { a: [{ status: "queued" }] } }, { limits: { perSecond: 1 } },
    async (client) => (await Promise.all(Array.from({ length: 61 }, () => client.query("a")))).length, 61, 0.9,
  ],
  "silence in a download": [
    { tasks: { a: [{ status: "succeeded", result: { faults: { stallAfter: 100 } } }] } }, {}, (client) => client.download("a").bytes(), code("download_incomplete"), 1,
  ],
  "a batch of many": [
    { format: "suno", tasks: { a: [{ status: "running", forMs: 5 * MINUTES }, { status: "succeeded" }], b: [{ status: "running", forMs: 9 * MINUTES }, { status: "succeeded" }] } },
    { format: "suno" }, async (client) => (await collect(client.all(["a", "b"]))).map(({ ok, ref }) => `${ref.id} ${ok}`), ["a true", "b true"], 9,
  ],
  "a conversation": [
    { format: "sora-chat", tasks: {}, created: [{ status: "running", forMs: 2 * MINUTES }, { status: "running", progress: 0.5, forMs: 2 * MINUTES }, { status: "succeeded" }] },
    { format: "sora-chat" }, async (client) => (await client.create({ model: "sora-2", prompt: "p" })).status, "succeeded", 4,
  ],
  "a key that is waited for": [
    { tasks: { a: [{ status: "queued" }] } }, { apiKey: () => new Promise(() => {}) }, (client) => client.query("a"), code("timeout"), 0.4,
  ],
};

for (const [name, [script, options, ask, outcome, minutes]] of Object.entries(waits)) {
  test(`fake timers bring about ${name}`, async (t) => {
    const before = timers();
    const { relay, client } = faked(t, script, options);
    const start = relay.clock.now();
    const work = ask(client);
    if (typeof outcome === "function") await assert.rejects(relay.clock.run(work), outcome);
    else assert.deepEqual(await relay.clock.run(work), outcome);
    assert.ok(relay.clock.now() - start >= minutes * MINUTES, `${(relay.clock.now() - start) / MINUTES} minutes have passed`);
    assert.equal(relay.clock.now(), Date.now(), "the client's time is the relay's");
    assert.equal(timers(), before, "no real timer is left");
  });
}

test("a job queue's pauses are the fake timers' time", async (t) => {
  const { relay, client } = faked(t, { tasks: { a: render } });
  const polls = async () => {
    for (let state = null; ;) {
      const next = await client.step("a", state);
      if (next.delayMs === null) return next.task.status;
      ({ state } = next);
      await new Promise((resolve) => setTimeout(resolve, next.delayMs));
    }
  };
  assert.equal(await relay.clock.run(polls()), "succeeded");
  assert.ok(relay.clock.now() >= relay.requests[0].at + 19 * MINUTES);
});

test("advance moves both times by what is said, and no further", async (t) => {
  const { relay, client } = faked(t, { tasks: { a: [{ status: "running", forMs: 10 * MINUTES }, { status: "succeeded" }] } });
  let task;
  const waiting = client.wait("a").then((done) => (task = done));
  const start = Date.now();
  await relay.clock.advance(9 * MINUTES);
  assert.deepEqual([Date.now() - start, relay.clock.now() - start, task], [9 * MINUTES, 9 * MINUTES, undefined]);
  await relay.clock.advance(90_250);
  assert.deepEqual([Date.now() - start, task?.status], [9 * MINUTES + 90_250, "succeeded"]);
  await waiting;
});

test("a relay that is faster than the timers: both clocks keep their pace", async (t) => {
  const { relay, client } = faked(t, { speed: 60, tasks: { a: [{ status: "running", forMs: 60 * MINUTES }, { status: "succeeded" }] } });
  const [zero, start] = [Date.now(), relay.clock.now()];
  await relay.clock.run(client.wait("a", { timeoutMs: 2 * MINUTES }), { limitMs: 120 * MINUTES });
  const [host, own] = [Date.now() - zero, relay.clock.now() - start];
  assert.ok(host >= MINUTES && host < 2 * MINUTES, `${host} ms of the timers`);
  assert.equal(own, host * 60);
});

test("a relay made before the timers are faked, at the year 1970", async (t) => {
  const relay = mockRelay({ tick: (ms) => t.mock.timers.tick(ms), tasks: { a: [{ status: "running", forMs: 3 * MINUTES }, { status: "succeeded" }] } });
  const client = createClient({ baseUrl: relay.baseUrl, fetch: relay.fetch });
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  assert.equal((await relay.clock.run(client.wait("a"))).status, "succeeded");
  assert.ok(Date.now() < 4 * MINUTES);
});

test("a manual clock runs as well, for clients without timers", async () => {
  const relay = mockRelay({ clock: "manual", tasks: { a: [{ status: "queued", delayMs: 45_000 }], b: [{ delayMs: 1_000, reset: true }] } });
  const start = relay.clock.now();
  assert.equal((await relay.clock.run(relay.fetch(`${V1}/videos/a`))).status, 200);
  assert.ok(relay.clock.now() - start >= 45_000);
  await assert.rejects(relay.clock.run(relay.fetch(`${V1}/videos/b`)), TypeError);
});

test("run leaves the time to what waits for the disk", async (t) => {
  const { relay } = faked(t, { tasks: {} });
  // Turns of the real event loop, as many as pass while a slow disk writes.
  const disk = async () => {
    for (let turn = 0; turn < 20_000; turn++) await new Promise(setImmediate);
    return "written";
  };
  assert.equal(await relay.clock.run(disk()), "written");
});

test("what never settles is told apart from what takes long", async (t) => {
  const { relay } = faked(t, { tasks: {} });
  const start = Date.now();
  await assert.rejects(relay.clock.run(new Promise(() => {}), { limitMs: 5_000 }), /has not settled in 5000 ms .* a timer that is not faked\?$/);
  assert.equal(Date.now() - start, 5_000);
  const alone = mockRelay({ clock: "manual", tasks: {} });
  await assert.rejects(alone.clock.run(new Promise(() => {}), { limitMs: 1_000 }), /fake them, and let script\.tick move them/);
});

test("mistakes with the clock are named", async (t) => {
  const { clock } = mockRelay({ tasks: {} });
  for (const ms of [-1, NaN, Infinity, undefined]) {
    await assert.rejects(clock.advance(ms), { name: "TypeError", message: `mockRelay: clock.advance takes milliseconds, 0 or more; it is ${ms}` });
  }
  await assert.rejects(clock.run(() => {}), { name: "TypeError", message: "mockRelay: clock.run takes a promise; it is function" });
  await assert.rejects(clock.run(undefined), { name: "TypeError", message: "mockRelay: clock.run takes a promise; it is undefined" });
  await assert.rejects(clock.run(Promise.resolve(), { limitMs: 0 }), { name: "TypeError", message: /limitMs of clock\.run must be milliseconds above 0; it is 0/ });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const half = mockRelay({ tick: () => {}, tasks: {} });
  await assert.rejects(half.clock.advance(1_000), { name: "TypeError", message: /script\.tick did not move Date\.now\(\): fake Date together with setTimeout/ });
  assert.throws(() => mockRelay({ tick: 5, tasks: {} }), { name: "TypeError", message: /script\.tick must be a function that moves fake timers, .*; it is 5/ });
  assert.throws(() => mockRelay({ tick: () => {}, clock: "manual", tasks: {} }), { name: "TypeError", message: /leave out clock/ });
});
