// onEvent: what the client did, typed and redacted, and never able to harm a call.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { collect, failure } from "./lib/outcome.mjs";
import { json, relay, silence, steps, task } from "./lib/relay.mjs";
import { mp4, partly, ranged, video } from "./lib/video.mjs";

const poll = { minMs: 1, maxMs: 5 };
const clip = video(100_000);

/** A client, and the list of what it tells. */
function listening(url, more = {}) {
  const events = [];
  return {
    events,
    types: () => events.map(({ type }) => type),
    client: createClient({ baseUrl: url, format: "openai-videos", onEvent: (event) => events.push(event), ...more }),
  };
}

describe("events", { concurrency: true }, () => {
  test("a query: request, response", async (t) => {
    const { url } = await relay(t, () => json(task("queued")));
    const { client, events } = listening(url);
    const before = Date.now();
    await client.query("a");
    assert.deepEqual(
      events.map(({ type }) => type),
      ["request", "response"],
    );
    const [asked, answered] = events;
    assert.deepEqual(
      [asked.method, asked.url, answered.httpStatus, answered.error, answered.url],
      ["GET", `${url}/v1/videos/a`, 200, null, `${url}/v1/videos/a`],
    );
    assert.ok(answered.ms >= 0);
    for (const { at } of events) assert.ok(at >= before && at <= Date.now());
  });

  test("a retry tells why, which, and for how long", async (t) => {
    const { url } = await relay(t, steps(json({}, 503, { "retry-after-ms": "7" }), json(task("queued"))));
    const { client, events, types } = listening(url);
    await client.query("a");
    assert.deepEqual(types(), ["request", "response", "retry", "request", "response"]);
    const { attempt, code, httpStatus, delayMs } = events[2];
    assert.deepEqual({ attempt, code, httpStatus, delayMs }, { attempt: 1, code: "server", httpStatus: 503, delayMs: 7 });
  });

  test("a wait: a poll event before each pause, with the task's ref", async (t) => {
    const { url } = await relay(t, steps(json(task("queued")), json(task("in_progress")), json(task("completed"))));
    const { client, events, types } = listening(url);
    await client.wait("a", { poll });
    assert.deepEqual(types(), ["request", "response", "poll", "request", "response", "poll", "request", "response"]);
    const [first] = events.filter(({ type }) => type === "poll");
    assert.deepEqual(first.ref, { id: "a", format: "openai-videos", baseUrl: url });
    assert.ok(first.delayMs >= 1 && first.delayMs <= 5);
  });

  test("a word that nobody knows is told once a wait", async (t) => {
    const { url } = await relay(
      t,
      steps(json(task("dreaming")), json(task("dreaming")), json(task("thinking")), json(task("unknown")), json(task("completed"))),
    );
    const { client, events } = listening(url);
    await client.wait("a", { poll });
    assert.deepEqual(
      events.filter(({ type }) => type === "unknown_status").map(({ rawStatus }) => rawStatus),
      ["dreaming", "thinking"],
    );
  });

  test("a continued download: resume, with the byte", async (t) => {
    const { url } = await relay(t, (exchange) => {
      if (!exchange.path.endsWith("/content")) return json(task("completed"));
      return exchange.headers.range ? ranged(exchange, clip) : partly(exchange, ranged(exchange, clip), 40_000, "cut");
    });
    const { client, events } = listening(url);
    await client.download("a").bytes();
    const [resume] = events.filter(({ type }) => type === "resume");
    assert.ok(resume.bytes > 0 && resume.bytes <= 40_000);
    assert.equal(resume.url, `${url}/v1/videos/a/content`);
    assert.equal(resume.ref.id, "a");
  });

  test("no answer: a response event that says so", async (t) => {
    const { url } = await relay(t, ({ nth, request }) => (nth === 1 ? void request.socket.destroy() : silence()));
    const broken = listening(url, { retries: 0 });
    await failure(broken.client.query("a"), "network");
    const silent = listening(url, { retries: 0, timeoutMs: 100 });
    await failure(silent.client.query("a"), "timeout");
    const events = [...broken.events, ...silent.events];
    assert.deepEqual(
      events.filter(({ type }) => type === "response").map(({ httpStatus, error }) => [httpStatus, error]),
      [
        [null, "network"],
        [null, "timeout"],
      ],
    );
  });

  test("addresses show origin and path only", async (t) => {
    const cdn = await relay(t, () => mp4(clip));
    const { url } = await relay(t, () => json({ id: "a", status: "completed", video_url: `${cdn.url}/v.mp4?sig=secret#part` }));
    const { client, events } = listening(url, { format: "unified-video" });
    await client.download("a").bytes();
    assert.deepEqual([...new Set(events.map((event) => event.url))], [`${url}/v1/video/query`, `${cdn.url}/v.mp4`]);
    assert.ok(!JSON.stringify(events).includes("secret"));
  });

  test("events are plain JSON", async (t) => {
    const { url } = await relay(t, steps(json({}, 503, { "retry-after-ms": "1" }), json(task("odd")), json(task("completed"))));
    const { client, events } = listening(url);
    await client.wait("a", { poll });
    assert.deepEqual(JSON.parse(JSON.stringify(events)), events);
    for (const event of events) assert.deepEqual([typeof event.type, typeof event.at], ["string", "number"]);
  });

  test("a listener that throws harms no call, and is called with no `this`", async (t) => {
    const { url } = await relay(t, (exchange) => (exchange.path.endsWith("/content") ? mp4(clip) : json(task("completed"))));
    const these = new Set();
    const onEvent = function () {
      these.add(this);
      throw new Error("listener");
    };
    const client = createClient({ baseUrl: url, format: "openai-videos", onEvent });
    assert.equal((await client.query("a")).status, "succeeded");
    assert.equal((await client.download("a").bytes()).length, clip.length);
    assert.equal((await collect(client.watch("a"))).length, 1);
    assert.deepEqual([...these], [undefined]);
  });

  test("what a listener does to an event changes nothing", async (t) => {
    const { url } = await relay(t, steps(json(task("queued")), json(task("completed"))));
    const onEvent = (event) => {
      for (const key of Object.keys(event)) delete event[key];
      if (event.ref) event.ref.id = "changed";
    };
    const done = await createClient({ baseUrl: url, format: "openai-videos", onEvent }).wait("a", { poll });
    assert.equal(done.ref.id, "a");
  });

  test("a listener may call the client", async (t) => {
    const { url, requests } = await relay(t, () => json(task("queued")));
    let inner;
    const client = createClient({
      baseUrl: url,
      format: "openai-videos",
      onEvent: () => (inner ??= client.query("b")),
    });
    await client.query("a");
    assert.equal((await inner).id, "b");
    assert.equal(requests.length, 2);
  });
});
