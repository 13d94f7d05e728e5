// createClient's options: headers, and what is refused before any request.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { collect, failure, thrown, within } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";

const queued = json(task("queued"));
const format = "openai-videos";

describe("headers", { concurrency: true }, () => {
  test("are sent along with every request", async (t) => {
    const { url, requests } = await relay(t, () => queued);
    const headers = { "x-tenant": "7", "X-Trace": "abc" };
    const client = createClient({ baseUrl: url, format, apiKey: "sk-test", headers });
    headers["x-tenant"] = "8";
    await client.query("a");
    const seen = requests[0].headers;
    assert.deepEqual([seen["x-tenant"], seen["x-trace"], seen.authorization], ["7", "abc", "Bearer sk-test"]);
  });

  test("never leave the relay's origin", async (t) => {
    const other = await relay(t, () => queued);
    const { url } = await relay(t, () => reply(307, { location: `${other.url}/v1/videos/a` }, ""));
    await createClient({ baseUrl: url, format, apiKey: "sk-test", headers: { "x-tenant": "7" } }).query("a");
    const seen = other.requests[0].headers;
    assert.ok(!("authorization" in seen) && !("x-tenant" in seen));
  });

  test("that HTTP does not allow are refused, and the value is not told", async (t) => {
    const { url, requests } = await relay(t, () => queued);
    for (const headers of [
      { "x-secret": "hush\r\nx-evil: 1" },
      { "bad name": "hush" },
      { "": "hush" },
      { "x-secret": 7 },
      { "x-secret": "hüsh" },
    ]) {
      const error = await failure((async () => createClient({ baseUrl: url, format, headers }).query("a"))(), "invalid_argument");
      assert.doesNotMatch(`${error.message}${JSON.stringify(error)}`, /hush|hüsh/);
    }
    assert.equal(requests.length, 0);
  });
});

describe("what is refused", { concurrency: true }, () => {
  const refused = async (t, options) => {
    const { url, requests } = await relay(t, () => queued);
    const error = await failure((async () => createClient({ baseUrl: url, format, ...options }).query("a"))(), "invalid_argument");
    assert.equal(requests.length, 0);
    return error;
  };

  for (const [name, values] of [
    [
      "baseUrl",
      [
        undefined,
        null,
        "",
        "relay.example",
        "ftp://relay.example",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        7,
        {},
        "http://user:secret@127.0.0.1:1",
      ],
    ],
    ["format", ["klink", "OPENAI-VIDEOS", "", 7, {}]],
    ["fetch", ["fetch", {}, 7]],
    ["onEvent", ["log", {}, 7]],
    ["timeoutMs", [0, -1, Number.NaN, Infinity, 2 ** 31, "fast", null, {}]],
    ["retries", [-1, Number.NaN, 101, "many", null]],
    [
      "limits",
      [
        { concurrent: 0 },
        { concurrent: -1 },
        { concurrent: "6".repeat(9) },
        { concurrent: null },
        { perSecond: 0 },
        { perSecond: -1 },
        { perSecond: "no" },
      ],
    ],
  ]) {
    test(`${name}: ${values.map((value) => (Number.isNaN(value) ? "NaN" : (JSON.stringify(value) ?? String(value)))).join(", ")}`, async (t) => {
      for (const value of values) {
        const error = await refused(t, { [name]: value }).catch((wrong) => {
          throw new assert.AssertionError({ message: `${name}: ${JSON.stringify(value) ?? String(value)}: ${wrong.message}` });
        });
        assert.doesNotMatch(`${error.message}${JSON.stringify(error)}`, /secret/);
      }
    });
  }

  test("no options at all", () => {
    for (const options of [undefined, null, "https://relay.example", 7]) {
      assert.throws(() => createClient(options), { code: "invalid_argument" });
    }
  });

  test("a signal that is none", async (t) => {
    const { url, requests } = await relay(t, () => queued);
    const client = createClient({ baseUrl: url, format });
    for (const signal of ["stop", 7, {}, new AbortController()]) {
      await failure(client.query("a", { signal }), "invalid_argument");
      await failure(client.wait("a", { signal }), "invalid_argument");
      await failure(client.step("a", null, { signal }), "invalid_argument");
      await failure(collect(client.watch("a", { signal })), "invalid_argument");
      await failure(collect(client.all(["a"], { signal })), "invalid_argument");
      await failure(client.download("a", { wait: { signal } }).bytes(), "invalid_argument");
      await failure(client.download("a", { signal }).bytes(), "invalid_argument");
    }
    assert.equal(requests.length, 0);
  });

  test("an argument whose getter throws", async (t) => {
    const crashes = [];
    const note = (error) => crashes.push(error);
    process.on("uncaughtException", note);
    t.after(() => process.off("uncaughtException", note));
    const trap = {
      get id() {
        throw new Error("trap");
      },
      baseUrl: "https://relay.example",
      format,
    };
    const fetch = async () => new Response(JSON.stringify(task("queued")));
    const client = createClient({ baseUrl: "https://relay.example", format, fetch });
    for (const call of [
      () => client.query(trap),
      () => client.wait(trap),
      () =>
        client.step("a", {
          v: 1,
          get id() {
            throw new Error("trap");
          },
        }),
      () => client.download({ ref: trap, status: "succeeded", outputs: [] }).bytes(),
    ]) {
      await thrown(call(), 1000).catch((wrong) => note(wrong));
    }
    assert.deepEqual(
      crashes.map(({ message }) => message),
      [],
    );
    assert.equal((await within(client.query("a"))).status, "queued");
  });

  test("the client goes on after a refusal", async (t) => {
    const { url } = await relay(t, () => queued);
    const client = createClient({ baseUrl: url, format });
    await failure(client.query(""), "invalid_argument");
    assert.equal((await client.query("a")).status, "queued");
  });
});
