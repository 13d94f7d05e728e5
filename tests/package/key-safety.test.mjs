// The key and signed addresses are in no error, event, ref or log, whoever quotes them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { createClient, isReelayError } from "../../pkg/dist/index.mjs";
import { collect, thrown } from "./lib/outcome.mjs";
import { json, redirect, relay, reply, task } from "./lib/relay.mjs";
import { mp4, video } from "./lib/video.mjs";

const KEY = "sk-Zq7-very_secret.93";
const SIGNATURE = "X-Sig=5c6a605a30c0";
const format = "openai-videos";
const poll = { minMs: 1, maxMs: 2 };

/** Everything that a careless `console.log` or error tracker would write down. */
function shown(error) {
  const texts = [];
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 10; at = at.cause, depth++) {
    texts.push(String(at), inspect(at, { depth: 10 }), JSON.stringify(at) ?? "");
    if (typeof at !== "object") break;
    texts.push(
      at.message ?? "",
      at.stack ?? "",
      ...Object.getOwnPropertyNames(at).map((name) => (name === "task" ? "" : inspect(at[name], { depth: 10 }))),
    );
    if (at.task) texts.push(JSON.stringify({ ...at.task, raw: null, outputs: null, videoUrl: null }));
  }
  return texts.join("\n");
}

function assertSecret(error, secrets = [KEY]) {
  const text = shown(error);
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} shows in:\n${text.slice(0, 3000)}`);
}

/** Every call that may fail, on one client. */
async function failuresOf(options) {
  const client = createClient({ format, retries: 0, ...options });
  const wait = { poll, failures: 0 };
  return [
    await thrown(client.query("a")),
    await thrown(client.wait("a", wait)),
    await thrown(client.download("a", { wait }).bytes()),
    ...(await client.step("a", null, wait).then(
      () => [],
      (error) => [error],
    )),
    ...(await collect(client.all(["a"], wait))).map(({ error }) => error),
  ];
}

const keys = {
  text: () => KEY,
  "text with its scheme": () => `Bearer ${KEY}`,
  "text with a line's end, as from a file": () => `${KEY}\n`,
  "a function": () => () => KEY,
  "an async function": () => async () => KEY,
  "a function that gives the scheme too": () => () => `Bearer ${KEY}`,
};

describe("the key", { concurrency: true }, () => {
  for (const [what, make] of Object.entries(keys)) {
    test(`as ${what}: sent, and hidden where the relay quotes it`, async (t) => {
      for (const [status, body] of [
        [401, { error: { message: `Incorrect API key provided: ${KEY}. (Authorization: Bearer ${KEY})`, code: "invalid_api_key" } }],
        [403, { code: "refused", message: KEY }],
        [400, { detail: [{ msg: `bad header Bearer ${KEY}` }] }],
        [500, { error: `{"error":{"message":"upstream said ${KEY}"}}` }],
      ]) {
        const { url, requests } = await relay(t, () => json(body, status));
        for (const error of await failuresOf({ baseUrl: url, apiKey: make() })) {
          assert.ok(isReelayError(error));
          assertSecret(error);
        }
        assert.equal(requests[0].headers.authorization, `Bearer ${KEY}`);
      }
    });

    test(`as ${what}: hidden in the relay's code and request id`, async (t) => {
      const { url } = await relay(t, () =>
        json({ error: { message: "no", code: `refused_${KEY}` } }, 400, { "x-request-id": `req-${KEY}` }),
      );
      for (const error of await failuresOf({ baseUrl: url, apiKey: make() })) assertSecret(error);
    });

    test(`as ${what}: hidden in a failed task's error`, async (t) => {
      const { url } = await relay(t, () => json(task("failed", { error: { code: "x", message: `provider refused ${KEY}` } })));
      const error = await thrown(createClient({ baseUrl: url, format, apiKey: make() }).wait("a"));
      assert.equal(error.code, "task_failed");
      assertSecret(error);
    });

    for (const [how, reject] of [
      [
        "an Error that quotes the headers",
        (init) => new TypeError(`fetch failed: ${JSON.stringify(Object.fromEntries(new Headers(init.headers)))}`),
      ],
      [
        "an Error that carries the request",
        (init) => Object.assign(new Error("Network Error"), { config: { headers: Object.fromEntries(new Headers(init.headers)) } }),
      ],
      [
        "an Error with a cause that quotes them",
        (init) => new Error("fetch failed", { cause: new Error(new Headers(init.headers).get("authorization")) }),
      ],
      ["several Errors", (init) => new AggregateError([new Error(new Headers(init.headers).get("authorization"))], "all failed")],
      ["the headers themselves", (init) => ({ headers: Object.fromEntries(new Headers(init.headers)) })],
      ["text", (init) => `failed with ${new Headers(init.headers).get("authorization")}`],
    ]) {
      test(`as ${what}: hidden when fetch rejects with ${how}`, async () => {
        const fetch = (_, init) => Promise.reject(reject(init));
        for (const error of await failuresOf({ baseUrl: "https://relay.example", apiKey: make(), fetch })) {
          assert.equal(error.code, "network");
          assertSecret(error);
        }
      });
    }
  }

  test("a cause that quotes nothing comes as it is", async () => {
    const cause = Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" });
    const client = createClient({ baseUrl: "https://relay.example", format, retries: 0, apiKey: KEY, fetch: () => Promise.reject(cause) });
    assert.equal((await thrown(client.query("a"))).cause, cause);
  });

  test("a short key is no reason to spoil a message", async (t) => {
    const { url } = await relay(t, () => json({ error: { message: "a task that nobody has" } }, 404));
    const error = await thrown(createClient({ baseUrl: url, format, apiKey: "a" }).query("x"));
    assert.equal(error.server.message, "a task that nobody has");
  });

  for (const bad of [`${KEY}\r\nx-evil: 1`, `${KEY}\nx`, `${KEY}\u0000`, `${KEY}é`, `a\r${KEY}`]) {
    test(`with what a header cannot hold is refused without being named: ${JSON.stringify(bad.replace(KEY, "KEY"))}`, async (t) => {
      const { url, requests } = await relay(t, () => json(task("queued")));
      for (const apiKey of [bad, () => bad, async () => bad]) {
        const error = await thrown((async () => createClient({ baseUrl: url, format, apiKey }).query("a"))());
        assert.equal(error.code, "invalid_argument");
        assertSecret(error, [KEY, bad]);
      }
      assert.equal(requests.length, 0);
    });
  }

  test("is not in the client, its results, its refs, its states, its events, or on the console", async (t) => {
    const lines = [];
    const real = { ...console };
    for (const name of ["log", "info", "warn", "error", "debug", "trace"])
      console[name] = (...values) => lines.push(inspect(values, { depth: 10 }));
    t.after(() => Object.assign(console, real));
    const told = [];
    const { url } = await relay(t, ({ path, nth }) =>
      path.endsWith("/content")
        ? mp4(video(1000))
        : nth % 3 === 1
          ? json({ error: { message: `no ${KEY}` } }, 503, { "retry-after-ms": "1" })
          : json(task("completed")),
    );
    for (const apiKey of [KEY, () => KEY]) {
      const client = createClient({ baseUrl: url, format, apiKey, onEvent: (event) => told.push(event) });
      const results = [await client.query("a"), await client.wait("a", { poll }), await client.step("a", null), client.download("a")];
      await client.download("a", { wait: { poll } }).bytes();
      assert.ok(!inspect([client, results], { depth: 10, showHidden: true }).includes(KEY));
      assert.ok(!JSON.stringify(results).includes(KEY));
    }
    assert.ok(told.length > 10);
    assert.ok(!inspect(told, { depth: 10, showHidden: true }).includes(KEY), inspect(told));
    assert.deepEqual(lines, []);
  });

  test("does not go into the query of any request, nor into a referrer", async (t) => {
    const { url, requests } = await relay(t, ({ path }) => (path.endsWith("/content") ? mp4(video(1000)) : json(task("completed"))));
    await createClient({ baseUrl: url, format, apiKey: KEY }).download("a").bytes();
    for (const { request, headers } of requests) {
      assert.ok(!request.url.includes(KEY));
      assert.deepEqual(
        Object.entries(headers)
          .filter(([, value]) => value.includes(KEY))
          .map(([name]) => name),
        ["authorization"],
      );
    }
  });
});

describe("signed addresses", { concurrency: true }, () => {
  const signed = (url) => `${url}/files/v.mp4?${SIGNATURE}&e=1`;

  for (const [what, cdnAnswers] of [
    ["is refused", () => reply(403, { "content-type": "application/xml" }, "<Error/>")],
    ["is a page", () => reply(200, { "content-type": "text/html" }, "<html>")],
    ["redirects for ever", ({ request }) => redirect(request.url)],
    ["breaks", ({ request }) => void request.socket.destroy()],
  ]) {
    test(`an address that ${what} is shown without its signature`, async (t) => {
      const events = [];
      const cdn = await relay(t, cdnAnswers);
      const { url } = await relay(t, ({ path }) =>
        path.endsWith("/content") ? reply(404, {}, "") : json(task("completed", { video_url: signed(cdn.url) })),
      );
      const client = createClient({ baseUrl: url, format, retries: 0, onEvent: (event) => events.push(event) });
      const error = await thrown(client.download("a").bytes());
      assertSecret(error, [SIGNATURE]);
      assert.ok(
        events.some(({ url: shownUrl }) => shownUrl === `${cdn.url}/files/v.mp4`),
        "the address is shown up to its path",
      );
      assert.ok(!inspect(events, { depth: 10 }).includes(SIGNATURE));
    });
  }

  test("a redirect to one is shown without its signature", async (t) => {
    const events = [];
    const cdn = await relay(t, () => reply(403, {}, ""));
    const { url } = await relay(t, ({ path }) => (path.endsWith("/content") ? redirect(signed(cdn.url)) : json(task("completed"))));
    const error = await thrown(
      createClient({ baseUrl: url, format, retries: 0, onEvent: (event) => events.push(event) })
        .download("a")
        .bytes(),
    );
    assertSecret(error, [SIGNATURE]);
    assert.ok(!inspect(events, { depth: 10 }).includes(SIGNATURE));
  });

  test("one that must not be followed is not told either", async () => {
    const fetch = async (url) =>
      new Response(
        JSON.stringify(
          url.endsWith("/content") ? { error: { message: "none" } } : task("completed", { video_url: signed("http://10.0.0.1") }),
        ),
        { status: url.endsWith("/content") ? 404 : 200 },
      );
    const error = await thrown(createClient({ baseUrl: "https://relay.example", format, fetch, retries: 0 }).download("a").bytes());
    assert.equal(error.code, "unsafe_url");
    assertSecret(error, [SIGNATURE]);
  });

  test("one that the relay quotes in its refusal is cut to origin and path", async (t) => {
    const { url } = await relay(t, () => json({ error: { message: `failed to fetch https://cdn.example/v.mp4?${SIGNATURE} (403)` } }, 502));
    const error = await thrown(createClient({ baseUrl: url, format, retries: 0 }).query("a"));
    assert.match(error.message, /https:\/\/cdn\.example\/v\.mp4/);
    assert.ok(!JSON.stringify(error).includes(SIGNATURE), "JSON");
    assert.ok(!String(error).includes(SIGNATURE), "message");
    assert.ok(!inspect(error, { depth: 10 }).includes(SIGNATURE), "inspect");
  });

  test("a logged error of a finished task shows none of its addresses", async (t) => {
    const { url } = await relay(t, ({ path }) =>
      path.endsWith(".mp4") || path.endsWith("/content")
        ? reply(404, {}, "")
        : json(task("completed", { video_url: `https://cdn.invalid/v.mp4?${SIGNATURE}` })),
    );
    const fetchOwn = (address, init) =>
      address.includes("cdn.invalid") ? Promise.reject(new TypeError("no such host")) : fetch(address, init);
    const error = await thrown(createClient({ baseUrl: url, format, retries: 0, fetch: fetchOwn }).download("a").bytes());
    assert.match(error.task.videoUrl, /X-Sig/, "the caller can still get at it");
    assert.ok(!inspect(error, { depth: 10 }).includes(SIGNATURE));
    assert.ok(!JSON.stringify(error).includes(SIGNATURE));
  });
});
