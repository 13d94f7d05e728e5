// Thousands of calls on one client: never over the limit, nobody starves, a refusal slows all, and an abort leaves nothing.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, mock, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { collect, failure, thrown, within } from "./lib/outcome.mjs";
import { task } from "./lib/relay.mjs";
import { video } from "./lib/video.mjs";

const MANY = 3000;
const ids = (count) => Array.from({ length: count }, (_, index) => `t${index}`);
const turn = () => new Promise((resolve) => setImmediate(resolve));
const json = (body, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const refused = (ms) => json({ error: { message: "slow down" } }, 429, ms === undefined ? {} : { "retry-after-ms": String(ms) });
const never = { minMs: 60_000, maxMs: 60_000 };
const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/** A client whose fetch answers in another turn of the event loop, and what it was asked for. */
function open(answer = () => json(task("in_progress")), more = {}) {
  const seen = { paths: [], at: [], open: 0, most: 0 };
  const fetch = async (url, init) => {
    const { pathname } = new URL(url);
    const nth = seen.paths.push(pathname);
    seen.at.push(performance.now());
    seen.most = Math.max(seen.most, ++seen.open);
    await turn();
    seen.open--;
    return answer({ nth, url, id: pathname.split("/")[3], init });
  };
  return { seen, client: createClient({ baseUrl: "https://relay.example", format: "openai-videos", fetch, ...more }) };
}

/** Waits for a condition, however long that takes. */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Begins waits that end by the signal alone, at the test's own end at the latest. */
function waits(t, client, count, stop, options = { poll: never }) {
  t.after(() => stop.abort());
  return ids(count).map((id) => thrown(client.wait(id, { ...options, timeoutMs: null, signal: stop.signal }), 120_000));
}

describe("thousands of waits", { concurrency: false }, () => {
  for (const how of ["wait", "all"]) {
    test(`${how}: as many at once as the limit says, first come first served`, async () => {
      const { client, seen } = open(() => json(task("completed")), { limits: { concurrent: 7 } });
      const done = how === "all" ? await collect(client.all(ids(MANY))) : await Promise.all(ids(MANY).map((id) => client.wait(id)));
      assert.equal(done.length, MANY);
      assert.equal(seen.most, 7);
      assert.deepEqual(seen.paths, ids(MANY).map((id) => `/v1/videos/${id}`));
    });
  }

  test("they begin in stretches: others have their turn in between", async (t) => {
    let begun = 0;
    let most = 0;
    let over = false;
    const { client, seen } = open(undefined, { onEvent: ({ type }) => void (type === "request" && begun++) });
    const beat = () => {
      most = Math.max(most, begun);
      begun = 0;
      if (!over) setImmediate(beat);
    };
    const stop = new AbortController();
    beat();
    const all = waits(t, client, MANY * 2, stop);
    await until(() => seen.paths.length === MANY * 2);
    over = true;
    assert.ok(most < MANY, `${most} in one turn`);
    stop.abort();
    await Promise.all(all);
  });

  test("who was due first is asked for first: nobody has two polls more than another", async (t) => {
    const { client, seen } = open(undefined, { limits: { concurrent: 6 } });
    const stop = new AbortController();
    const all = waits(t, client, 500, stop, { poll: { minMs: 1, maxMs: 1 } });
    await until(() => seen.paths.length > 5000);
    stop.abort();
    await Promise.all(all);
    const polls = Object.fromEntries(ids(500).map((id) => [id, 0]));
    for (const path of seen.paths) {
      const id = path.split("/")[3];
      polls[id]++;
    }
    const counts = Object.values(polls);
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, `${Math.min(...counts)} to ${Math.max(...counts)}`);
  });

  test("a query, and a download from another server, wait for a few polls and not for all", async (t) => {
    const clip = video(1000);
    const { client, seen } = open(
      ({ url }) => (url.startsWith("https://cdn.example") ? new Response(clip, { headers: { "content-type": "video/mp4" } }) : json(task("in_progress"))),
      { limits: { concurrent: 2 } },
    );
    const done = { ref: { id: "a", format: "openai-videos", baseUrl: "https://relay.example" }, id: "a", status: "succeeded", outputs: [{ kind: "video", url: "https://cdn.example/a.mp4" }] };
    const stop = new AbortController();
    const all = waits(t, client, MANY, stop, { poll: { minMs: 1, maxMs: 1 } });
    await until(() => seen.paths.length > MANY);
    for (const call of [() => client.query("one"), () => client.download(done).bytes()]) {
      const before = seen.paths.length;
      await within(call());
      assert.ok(seen.paths.length - before < MANY / 3, `after ${seen.paths.length - before} others`);
    }
    stop.abort();
    await Promise.all(all);
  });

  test("one listener and few timers for all; an abort rejects each with the reason and leaves nothing", async () => {
    const { client, seen } = open();
    const stop = new AbortController();
    const before = timers();
    const all = ids(MANY).map((id) => thrown(client.wait(id, { poll: never, signal: stop.signal }), 2 ** 30));
    // Those of `thrown` apart.
    const own = timers() - before;
    await until(() => seen.paths.length === MANY && seen.open === 0);
    await turn();
    assert.equal(getEventListeners(stop.signal, "abort").length, 1);
    assert.ok(timers() - before - own < MANY / 10, `${timers() - before - own} timers`);
    const reason = new Error("enough");
    stop.abort(reason);
    for (const end of await Promise.all(all)) assert.equal(end, reason);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    await until(() => timers() <= before);
    assert.equal(seen.paths.length, MANY, "nothing was asked after the abort");
  });

  test("an abort while they queue asks no more, and gives every place back", async (t) => {
    const { client, seen } = open(undefined, { limits: { concurrent: 3 } });
    const stop = new AbortController();
    const all = waits(t, client, MANY, stop);
    await until(() => seen.paths.length > 50);
    stop.abort("enough");
    const { length } = seen.paths;
    assert.deepEqual(new Set(await Promise.all(all)), new Set(["enough"]));
    assert.equal(seen.paths.length, length);
    // This fetch does not look at its signal: what was under way ends in its own time.
    await until(() => seen.open === 0);
    await Promise.all(ids(20).map((id) => client.query(id)));
    assert.equal(seen.most, 3);
  });

  test("they sleep by a test's own clock", async () => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    try {
      const { client, seen } = open();
      const stop = new AbortController();
      const all = ids(200).map((id) => client.wait(id, { poll: { minMs: 2000, maxMs: 2000 }, signal: stop.signal }).catch((error) => error));
      for (let polls = 1; polls < 4; polls++) {
        for (let turns = 0; turns < 5000 && seen.paths.length < 200 * polls; turns++) await turn();
        for (let turns = 0; turns < 20; turns++) await turn();
        assert.equal(seen.paths.length, 200 * polls);
        // A 64th of the pause later at most.
        mock.timers.tick(2000 + 32);
      }
      stop.abort();
      await Promise.all(all);
    } finally {
      mock.timers.reset();
    }
  });
});

describe("a 429", { concurrency: true }, () => {
  const limits = { concurrent: 4 };

  test("holds back every request of the relay until its Retry-After is over; then one goes ahead", async () => {
    let ahead;
    const { client, seen } = open(
      ({ nth }) => {
        if (nth <= 4) return refused(nth === 1 ? 400 : undefined);
        if (nth === 5) ahead = seen.open + 1;
        return json(task("completed"));
      },
      { limits },
    );
    const done = await Promise.all(ids(40).map((id) => client.query(id)));
    assert.equal(done.length, 40);
    assert.equal(ahead, 1);
    assert.ok(seen.at[4] - seen.at[3] >= 390, `${seen.at[4] - seen.at[3]} ms`);
    assert.equal(seen.paths.length, 44, "nobody else was refused");
    assert.equal(seen.most, 4);
  });

  test("uses up no retries of those that wait", async () => {
    // It refuses all until then, as a relay does whose minute is used up.
    const until = performance.now() + 1000;
    const { client } = open(() => (performance.now() < until ? refused(until + 50 - performance.now()) : json(task("completed"))), { limits: { concurrent: 1 }, retries: 0 });
    const ends = await Promise.allSettled(ids(30).map((id) => client.query(id)));
    assert.deepEqual(ends.map(({ status }) => status), ["rejected", ...Array(29).fill("fulfilled")]);
    assert.equal(ends[0].reason.code, "rate_limited");
  });

  test("keeps no wait beyond its deadline, and no signal waiting", async () => {
    const { client } = open(() => refused(50_000), { retries: 0 });
    await failure(client.query("a"), "rate_limited");
    await failure(client.wait("b", { timeoutMs: 300 }), "wait_timeout");
    const stop = new AbortController();
    const held = thrown(client.query("c", { signal: stop.signal }));
    await turn();
    stop.abort("mine");
    assert.equal(await held, "mine");
  });

  test("does not hold back another server, where outputs lie", async () => {
    const clip = video(1000);
    const { client } = open(({ url }) => (url.startsWith("https://cdn.example") ? new Response(clip, { headers: { "content-type": "video/mp4" } }) : refused(50_000)), { retries: 0 });
    await failure(client.query("a"), "rate_limited");
    const stop = new AbortController();
    const held = thrown(client.query("b", { signal: stop.signal }));
    const done = { ref: { id: "a", format: "openai-videos", baseUrl: "https://relay.example" }, id: "a", status: "succeeded", outputs: [{ kind: "video", url: "https://cdn.example/a.mp4" }] };
    assert.equal((await within(client.download(done).bytes())).length, 1000);
    stop.abort("mine");
    await held;
  });

  test("of a client is no matter of another", async () => {
    await failure(open(() => refused(50_000), { retries: 0 }).client.query("a"), "rate_limited");
    assert.equal((await within(open().client.query("a"))).status, "running");
  });
});
