// apiKey: text or a function asked before every request; what is no key never gets as far as a request.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, pause } from "./lib/outcome.mjs";
import { json, relay, steps, task } from "./lib/relay.mjs";

const queued = json(task("queued"));
const busy = json({ error: { message: "busy" } }, 503, { "retry-after-ms": "1" });
const format = "openai-videos";

describe("apiKey", { concurrency: true }, () => {
  test("text is sent as a bearer token; with its scheme, as it is", async (t) => {
    const { url, requests } = await relay(t, () => queued);
    for (const apiKey of ["sk-1", "Bearer sk-2", "bearer sk-3", "  sk-4  "])
      await createClient({ baseUrl: url, format, apiKey }).query("a");
    assert.deepEqual(
      requests.map(({ headers }) => headers.authorization),
      ["Bearer sk-1", "Bearer sk-2", "bearer sk-3", "Bearer sk-4"],
    );
  });

  test("left out, no Authorization is sent", async (t) => {
    const { url, requests } = await relay(t, () => queued);
    await createClient({ baseUrl: url, format }).query("a");
    assert.ok(!("authorization" in requests[0].headers));
  });

  test("a function is asked before every request, retries included, with no `this`", async (t) => {
    const { url, requests } = await relay(t, steps(busy, queued));
    const these = [];
    let count = 0;
    const apiKey = function () {
      these.push(this);
      return `sk-${++count}`;
    };
    const client = createClient({ baseUrl: url, format, apiKey });
    await client.query("a");
    await client.query("a");
    assert.deepEqual(
      requests.map(({ headers }) => headers.authorization),
      ["Bearer sk-1", "Bearer sk-2", "Bearer sk-3"],
    );
    assert.deepEqual(these, [undefined, undefined, undefined]);
  });

  test("an async function is awaited", async (t) => {
    const { url, requests } = await relay(t, () => queued);
    const apiKey = async () => {
      await pause(20);
      return "sk-late";
    };
    await createClient({ baseUrl: url, format, apiKey }).query("a");
    assert.equal(requests[0].headers.authorization, "Bearer sk-late");
  });

  for (const [what, fail] of [
    [
      "throws",
      () => {
        throw new Error("vault sealed");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("vault sealed");
      },
    ],
  ]) {
    test(`a function that ${what} ends the call with auth and its cause, without a request`, async (t) => {
      const { url, requests } = await relay(t, () => queued);
      const error = await failure(createClient({ baseUrl: url, format, apiKey: fail }).query("a"), "auth");
      assert.equal(error.cause.message, "vault sealed");
      assert.equal(requests.length, 0);
    });
  }

  test("what is no key is refused without a request", async (t) => {
    const { url, requests } = await relay(t, () => queued);
    for (const apiKey of [
      "",
      "   ",
      "sk-\r\nx-evil: 1",
      "sk-\u0000",
      "sk-ключ",
      7,
      null,
      {},
      () => "",
      () => undefined,
      () => 7,
      () => "a\nb",
    ]) {
      await failure((async () => createClient({ baseUrl: url, format, apiKey }).query("a"))(), "invalid_argument");
    }
    assert.equal(requests.length, 0);
  });

  test("a function that never answers does not outlast timeoutMs", async () => {
    let fetched = 0;
    const client = createClient({
      baseUrl: "https://relay.example",
      format,
      retries: 0,
      timeoutMs: 100,
      fetch: () => void fetched++,
      apiKey: () => new Promise(() => {}),
    });
    await failure(client.query("a"), "timeout");
    assert.equal(fetched, 0);
  });
});
