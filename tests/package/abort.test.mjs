// Abort: wherever a call is, it rejects at once with signal.reason itself, and leaves no listener, timer or request behind.
// One after the other: the timers of the whole process are counted.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { createClient, preload } from "../../pkg/dist/index.mjs";
import { collect, pause, thrown, within } from "./lib/outcome.mjs";
import { json, relay, silence, task } from "./lib/relay.mjs";
import { mp4, partly, video } from "./lib/video.mjs";

const clip = video(300_000);
const format = "openai-videos";
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
const open = (url, more = {}) => createClient({ baseUrl: url, format, apiKey: "sk-test", ...more });
const isContent = ({ path }) => path.endsWith("/content");
const finished = (content) => (exchange) => (isContent(exchange) ? content(exchange) : json(task("completed")));
const stalled = finished((exchange) => partly(exchange, mp4(clip), 200_000, "stall"));
const halfJson = ({ response }) => void response.writeHead(200, { "content-type": "application/json" }).write('{"id":"a",');

const forQueries = {
  query: (client, signal) => client.query("a", { signal }),
  wait: (client, signal) => client.wait("a", { signal }),
  "wait without a deadline": (client, signal) => client.wait("a", { signal, timeoutMs: null }),
  step: (client, signal) => client.step("a", null, { signal }),
  watch: (client, signal) => collect(client.watch("a", { signal })),
  all: (client, signal) => collect(client.all(["a", "b"], { signal })),
  "download of an id": (client, signal) => client.download("a", { signal }).bytes(),
  "download of an id, by its wait's signal": (client, signal) => client.download("a", { wait: { signal } }).bytes(),
};
const forWaits = { ...forQueries };
delete forWaits.query;
delete forWaits.step;
const blockedSink = () => new WritableStream({ write: () => new Promise(() => {}) });
const forBytes = {
  bytes: (client, signal) => client.download("a", { signal }).bytes(),
  blob: (client, signal) => client.download("a", { signal }).blob(),
  stream: async (client, signal) => {
    for await (const _ of client.download("a", { signal }).stream());
  },
  pipeTo: (client, signal) => client.download("a", { signal }).pipeTo(new WritableStream()),
};

/** Where a call may hang: what the relay does, what the client is, and how to know that the call has come so far. */
const places = [
  ["before its headers", forQueries, { handler: silence, there: ({ asked }) => asked() }],
  ["in its JSON body", forQueries, { handler: halfJson, there: async ({ asked }) => void (await asked(), await pause(20)) }],
  ["in the apiKey function", forQueries, { handler: silence, more: (reached) => ({ apiKey: () => (reached(), new Promise(() => {})) }) }],
  [
    "in the own fetch, which ignores its signal",
    forQueries,
    { handler: silence, more: (reached) => ({ fetch: () => (reached(), new Promise(() => {})) }) },
  ],
  [
    "in a body that ignores its signal",
    forQueries,
    {
      handler: silence,
      more: (reached) => ({ fetch: async () => new Response(new ReadableStream({ pull: () => (reached(), new Promise(() => {})) })) }),
    },
  ],
  [
    "in the pause before a retry",
    { query: forQueries.query },
    {
      handler: () => json({ error: { message: "busy" } }, 503, { "retry-after": "30" }),
      there: async ({ asked }) => void (await asked(), await pause(20)),
    },
  ],
  [
    "in the pause before the next poll",
    forWaits,
    { handler: () => json(task("queued")), there: async ({ asked }) => void (await asked(), await pause(20)) },
  ],
  [
    "in the pause after a failed poll",
    forWaits,
    {
      handler: () => json({ error: { message: "busy" } }, 503, { "retry-after": "30" }),
      there: async ({ asked }) => void (await asked(), await pause(20)),
    },
  ],
  ["before a download's headers", forBytes, { handler: finished(silence), there: ({ asked }) => asked(2) }],
  [
    "in the pause before a download is continued",
    forBytes,
    {
      handler: finished(() => json({}, 503, { "retry-after": "30" })),
      there: async ({ asked }) => void (await asked(2), await pause(20)),
    },
  ],
  ["in the middle of a body", forBytes, { handler: stalled, there: async ({ asked }) => void (await asked(2), await pause(60)) }],
  [
    "in a sink that is blocked",
    { pipeTo: (client, signal) => client.download("a", { signal }).pipeTo(blockedSink()) },
    {
      handler: finished(() => mp4(clip)),
      there: async ({ asked }) => void (await asked(2), await pause(60)),
    },
  ],
];

await preload();

for (const [place, calls, { handler, more, there }] of places) {
  for (const [name, call] of Object.entries(calls)) {
    test(`${name}: ${place}`, async (t) => {
      const server = await relay(t, handler);
      let reached;
      const come = new Promise((resolve) => (reached = resolve));
      const client = open(server.url, more?.(reached));
      const before = timers();
      const stop = new AbortController();
      const reason = { place };
      let ended = false;
      const end = thrown(call(client, stop.signal), 5000).finally(() => (ended = true));
      await (there ? there(server) : within(come, 1000, "the way there"));
      assert.equal(ended, false, "the call hangs where it should");
      assert.ok(getEventListeners(stop.signal, "abort").length > 0, "the signal is listened to");
      const at = performance.now();
      stop.abort(reason);
      assert.equal(await end, reason);
      assert.ok(performance.now() - at < 2000, "at once");
      // A turn for what the rejection leaves to be tidied up.
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(getEventListeners(stop.signal, "abort").length, 0, "no listener is left");
      assert.equal(timers(), before, "no timer is left");
      await server.idle();
      const { length } = server.requests;
      await pause(20);
      assert.equal(server.requests.length, length, "nothing more is asked");
    });
  }
}

for (const [name, call] of Object.entries({ ...forQueries, ...forBytes })) {
  test(`${name}: a signal that has fired already`, async (t) => {
    const { url, requests } = await relay(t, () => json(task("completed")));
    const signal = AbortSignal.abort(name);
    assert.equal(await thrown(call(open(url), signal)), name);
    assert.equal(requests.length, 0);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
}

for (const [name, call] of Object.entries(forQueries)) {
  test(`${name}: while the core starts with the first call`, async (t) => {
    const { url, requests } = await relay(t, silence);
    // A copy of its own: this one's core has not been started.
    const fresh = await import(`../../pkg/dist/index.mjs?${encodeURIComponent(name)}`);
    const { compile } = WebAssembly;
    t.after(() => (WebAssembly.compile = compile));
    WebAssembly.compile = () => new Promise(() => {});
    const stop = new AbortController();
    const reason = new Error(name);
    const end = thrown(call(fresh.createClient({ baseUrl: url, format }), stop.signal), 5000);
    stop.abort(reason);
    assert.equal(await end, reason);
    await pause(20);
    assert.equal(requests.length, 0);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  });
}

test("queued behind the client's limit: the place is given up, and the next one goes", async (t) => {
  const server = await relay(t, ({ path }) => (path.endsWith("/first") ? undefined : json(task("queued"))));
  const client = open(server.url, { limits: { concurrent: 1 } });
  const [first, second] = [new AbortController(), new AbortController()];
  const before = timers();
  const hanging = thrown(client.query("first", { signal: first.signal }));
  await server.asked();
  const queued = thrown(client.query("second", { signal: second.signal }), 5000);
  const third = client.query("third");
  await pause(20);
  second.abort("no more");
  assert.equal(await queued, "no more");
  assert.equal(getEventListeners(second.signal, "abort").length, 0);
  first.abort("neither");
  assert.equal(await hanging, "neither");
  assert.equal((await within(third)).id, "third");
  assert.deepEqual(server.paths(), ["/v1/videos/first", "/v1/videos/third"]);
  assert.equal(timers(), before);
});

test("queued behind the client's rate: no timer is left, and the next one goes", async (t) => {
  const server = await relay(t, () => json(task("queued")));
  const client = open(server.url, { limits: { perSecond: 2 } });
  await client.query("first");
  const before = timers();
  const stop = new AbortController();
  const queued = thrown(client.query("second", { signal: stop.signal }), 5000);
  await pause(20);
  stop.abort("no more");
  assert.equal(await queued, "no more");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(timers(), before);
  assert.equal((await within(client.query("third"))).id, "third");
});

for (const [what, make] of [
  ["an Error", () => new Error("mine")],
  ["null", () => null],
  ["false", () => false],
  ["a symbol", () => Symbol("s")],
  ["undefined, which becomes an AbortError", () => undefined],
]) {
  test(`the reason is ${what}, and comes as it is`, async (t) => {
    const server = await relay(t, stalled);
    const hung = await relay(t, silence);
    for (const [url, call, nth] of [
      [hung.url, forQueries.query, 1],
      [hung.url, forQueries.wait, 1],
      [hung.url, forQueries.watch, 1],
      [hung.url, forQueries.all, 1],
      [server.url, forBytes.bytes, 2],
      [server.url, forBytes.pipeTo, 2],
    ]) {
      const stop = new AbortController();
      const end = thrown(call(open(url), stop.signal), 5000);
      await pause(nth === 2 ? 80 : 30);
      stop.abort(make === undefined ? undefined : make());
      assert.equal(await end, stop.signal.reason, call.toString());
    }
  });
}

test("AbortSignal.timeout rejects with its own TimeoutError, and is not taken for one of ours", async (t) => {
  const server = await relay(t, silence);
  for (const call of [forQueries.query, forQueries.wait, forQueries.watch, forQueries["download of an id"]]) {
    const signal = AbortSignal.timeout(60);
    const reason = await thrown(call(open(server.url), signal), 5000);
    assert.equal(reason, signal.reason);
    assert.equal(reason.name, "TimeoutError");
  }
});

test("AbortSignal.any, and a signal that only looks like one", async (t) => {
  const server = await relay(t, silence);
  const stop = new AbortController();
  const any = AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]);
  const end = thrown(open(server.url).query("a", { signal: any }), 5000);
  await server.asked();
  stop.abort("any");
  assert.equal(await end, "any");

  const polyfill = Object.assign(new EventTarget(), { aborted: false, reason: undefined });
  const other = thrown(open(server.url).query("a", { signal: polyfill }), 5000);
  await server.asked(2);
  Object.assign(polyfill, { aborted: true, reason: "poly" });
  polyfill.dispatchEvent(new Event("abort"));
  assert.equal(await other, "poly");
  assert.equal(getEventListeners(polyfill, "abort").length, 0);
});

test("a call that ends by itself leaves no listener and no timer", async (t) => {
  const { signal } = new AbortController();
  const server = await relay(
    t,
    finished(() => mp4(clip)),
  );
  const client = open(server.url);
  const before = timers();
  await client.query("a", { signal });
  await client.wait("a", { signal });
  await client.step("a", null, { signal });
  await collect(client.watch("a", { signal }));
  await collect(client.all(["a", "b"], { signal }));
  for (const call of Object.values(forBytes)) await call(client, signal);
  await thrown(client.query("", { signal }));
  await thrown(client.download("a", { signal }).bytes({ maxBytes: 10 }));
  for await (const _ of client.watch("a", { signal })) break;
  for await (const _ of client.all(["a", "b"], { signal })) break;
  for await (const _ of client.download("a", { signal }).stream()) break;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(getEventListeners(signal, "abort").length, 0);
  assert.equal(timers(), before);
  await server.idle();
});

test("one abort ends everything that runs on its signal, and the client goes on", async (t) => {
  const server = await relay(t, ({ path }) => (path.endsWith("/later") ? json(task("queued")) : undefined));
  const client = open(server.url);
  const stop = new AbortController();
  const ends = Array.from({ length: 20 }, (_, index) => thrown(client.query(`t${index}`, { signal: stop.signal }), 5000));
  await server.asked(6);
  stop.abort("all of you");
  assert.deepEqual(await Promise.all(ends), Array(20).fill("all of you"));
  assert.equal((await within(client.query("later"))).status, "queued");
  assert.equal(getEventListeners(stop.signal, "abort").length, 0);
});
