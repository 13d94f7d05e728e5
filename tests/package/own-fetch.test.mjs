// fetch: how the caller's is called, the host's looked up, and whatever either of them may do instead of answering.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, thrown } from "./lib/outcome.mjs";
import { task } from "./lib/relay.mjs";

const answer = () => new Response(JSON.stringify(task("queued")), { headers: { "content-type": "application/json" } });

/** A finished task, for a download without a wait. */
const finished = {
  ref: { id: "a", format: "openai-videos", baseUrl: "https://relay.example" },
  id: "a",
  status: "succeeded",
  outputs: [],
  raw: {},
};

/** A client over a fetch of the test's own, at a relay that does not exist. */
const over = (fetch, more = {}) => createClient({ baseUrl: "https://relay.example", format: "openai-videos", retries: 0, fetch, ...more });

describe("fetch", () => {
  test("is called with no `this`, as fetch(url, init)", async () => {
    const calls = [];
    const own = function (...args) {
      calls.push({ self: this, args });
      return Promise.resolve(answer());
    };
    await over(own, { apiKey: "sk-test" }).query("a:b");
    const [
      {
        self,
        args: [url, init, ...rest],
      },
    ] = calls;
    assert.deepEqual([calls.length, self, url, rest], [1, undefined, "https://relay.example/v1/videos/a:b", []]);
    assert.equal(init.method, "GET");
    assert.equal(new Headers(init.headers).get("authorization"), "Bearer sk-test");
    assert.ok(init.signal instanceof AbortSignal);
    assert.equal(init.redirect, "manual");
    assert.equal(init.cache, "no-store");
    // Fields that workerd refuses.
    for (const field of ["credentials", "mode", "referrer", "referrerPolicy", "keepalive"]) assert.equal(init[field], undefined);
    assert.ok(new Request(url, init));
  });

  test("left out, the global one is looked up at each call", async (t) => {
    const real = globalThis.fetch;
    t.after(() => (globalThis.fetch = real));
    const client = over(undefined);
    const urls = [];
    globalThis.fetch = async (url) => (urls.push(url), answer());
    await client.query("a");
    globalThis.fetch = async (url) => (urls.push(`again ${url}`), answer());
    await client.query("a");
    assert.deepEqual(urls, ["https://relay.example/v1/videos/a", "again https://relay.example/v1/videos/a"]);
  });

  test("missing in the host", async (t) => {
    const real = globalThis.fetch;
    t.after(() => (globalThis.fetch = real));
    delete globalThis.fetch;
    const error = await failure(over(undefined).query("a"), "network");
    assert.ok(error.cause instanceof TypeError);
  });

  test("that throws at once", async () => {
    const cause = new TypeError("refused");
    const error = await failure(
      over(() => {
        throw cause;
      }).query("a"),
      "network",
    );
    assert.equal(error.cause, cause);
  });

  test("that gives no promise", async () => {
    const found = await over(() => answer()).query("a");
    assert.equal(found.status, "queued");
  });

  for (const [what, value] of [
    ["undefined", undefined],
    ["null", null],
    ["text", "ok"],
    ["{}", {}],
    ["{ status }", { status: 200 }],
    ["{ status, headers: null }", { status: 404, headers: null }],
    ["a response of no kind", { status: 200, headers: new Headers(), text: 7 }],
  ]) {
    test(`that resolves to ${what}`, async () => {
      const error = await failure(over(async () => value).query("a"), "network");
      assert.ok(error.cause instanceof Error);
    });
  }

  for (const [what, reason] of [
    ["text", "boom"],
    ["undefined", undefined],
    ["null", null],
    ["an object", { code: "EFAIL" }],
    ["an Error", new Error("x")],
  ]) {
    test(`that rejects with ${what}`, async () => {
      const error = await failure(over(() => Promise.reject(reason)).query("a"), "network");
      assert.deepEqual(error.cause ?? undefined, reason ?? undefined);
    });
  }

  test("that answers with a Response of another realm, or less than one", async () => {
    const body = JSON.stringify(task("queued"));
    const least = { status: 200, headers: { get: () => null }, text: async () => body };
    assert.equal((await over(async () => least).query("a")).status, "queued");
  });

  test("that answers after its time does not touch the next attempt", async () => {
    let late;
    const fetch = () => {
      if (!late) return new Promise((resolve) => (late = resolve));
      late(new Response(JSON.stringify(task("failed", { id: "late" }))));
      return new Promise((resolve) => setTimeout(() => resolve(answer()), 30));
    };
    const { status, raw } = await over(fetch, { timeoutMs: 150, retries: 1 }).query("a");
    assert.deepEqual([status, raw.id], ["queued", "a"]);
  });

  test("that never answers and ignores its signal does not outlast timeoutMs", async () => {
    await failure(over(() => new Promise(() => {}), { timeoutMs: 50 }).query("a"), "timeout");
  });

  test("is told to stop by its signal when the time is up", async () => {
    let given;
    await failure(over((_, { signal }) => ((given = signal), new Promise(() => {})), { timeoutMs: 50 }).query("a"), "timeout");
    assert.equal(given.aborted, true);
  });

  for (const [what, of] of [
    ["numbers", () => 7],
    ["objects", () => ({ length: 1e9 })],
    ["true", () => true],
    ["undefined", () => undefined],
  ]) {
    test(`headers that give ${what} do no harm`, async () => {
      const fetch = async () => ({ status: 429, headers: { get: of }, text: async () => '{"error":{"message":"slow down"}}' });
      const client = over(fetch);
      for (let round = 0; round < 3; round++) {
        const error = await failure(client.query("a"), "rate_limited");
        assert.equal(error.server.message, "slow down");
        const download = await thrown(client.download({ ...finished, outputs: [] }).bytes());
        assert.equal(download.code, "rate_limited");
      }
      assert.equal((await over(async () => answer()).query("a")).status, "queued");
    });
  }

  for (const [what, property] of [
    ["status", "status"],
    ["headers", "headers"],
    ["body", "body"],
    ["text", "text"],
  ]) {
    test(`a response whose ${what} throws ends in a ReelayError`, async () => {
      const trap = { status: 404, headers: new Headers(), body: null, text: async () => "" };
      Object.defineProperty(trap, property, {
        get() {
          throw new Error("trap");
        },
      });
      for (const call of [(client) => client.query("a"), (client) => client.download(finished).bytes()]) {
        const error = await thrown(call(over(async () => trap)));
        assert.equal(error.name, "ReelayError", String(error));
      }
    });
  }

  const reader = (more) => ({ getReader: () => ({ read: async () => ({ done: true }), cancel: async () => {}, ...more }) });
  const chunk = (value) => {
    let read = 0;
    return reader({ read: async () => (read++ ? { done: true } : { done: false, value }) });
  };
  for (const [what, make] of [
    ["a Node stream", () => Readable.from([Buffer.alloc(600)])],
    ["no stream at all", () => ({})],
    ["text", () => "text"],
    ["a stream of text", () => chunk("a".repeat(600))],
    ["a stream of arrays", () => chunk([1, 2, 3])],
    ["a stream of undefined", () => chunk(undefined)],
    ["a reader that throws", () => ({ getReader: () => assert.fail("locked") })],
    ["a reader whose read throws", () => reader({ read: () => assert.fail("broken") })],
    ["a reader without cancel", () => reader({ cancel: undefined })],
    [
      "locked",
      () => {
        const { body } = new Response("x".repeat(600));
        body.getReader();
        return body;
      },
    ],
  ]) {
    test(`a download whose body is ${what} ends in bytes or a ReelayError`, async () => {
      const fetch = async () => ({ status: 200, headers: new Headers({ "content-type": "video/mp4" }), body: make() });
      const outcome = await over(fetch)
        .download(finished)
        .bytes()
        .catch((error) => error);
      if (outcome instanceof Uint8Array) assert.equal(outcome.length, 600);
      else assert.deepEqual([outcome.name, outcome.ref?.id, outcome.task?.status], ["ReelayError", "a", "succeeded"], String(outcome));
    });
  }
});
