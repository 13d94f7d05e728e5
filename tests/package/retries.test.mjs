// timeoutMs and retries: how long one attempt may take, which are repeated, when, and how often.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, pause } from "./lib/outcome.mjs";
import { json, relay, reply, silence, steps, task } from "./lib/relay.mjs";

const queued = json(task("queued"));
const busy = (headers = { "retry-after-ms": "1" }) => json({ error: { message: "busy" } }, 503, headers);
const format = "openai-videos";

describe("timeoutMs and retries", { concurrency: true }, () => {
  test("a silent server is a timeout, and is let go of", async (t) => {
    const { url, idle } = await relay(t, silence);
    const error = await failure(createClient({ baseUrl: url, format, timeoutMs: 100, retries: 0 }).query("a"), "timeout");
    assert.deepEqual([error.ref?.id, error.httpStatus], ["a", null]);
    await idle();
  });

  test("a JSON body that never ends is a timeout, and is let go of", async (t) => {
    const { url, idle } = await relay(t, ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"id":"a","status":');
    });
    await failure(createClient({ baseUrl: url, format, timeoutMs: 150, retries: 0 }).query("a"), "timeout");
    await idle();
  });

  test("a slow body within the time is read", async (t) => {
    const { url } = await relay(t, async ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      // Byte by byte: no chunk holds a whole character.
      for (const byte of Buffer.from(JSON.stringify(task("queued", { model: "é🎬" })))) {
        response.write(Buffer.of(byte));
        await pause(1);
      }
      response.end();
    });
    assert.equal((await createClient({ baseUrl: url, format }).query("a")).model, "é🎬");
  });

  test("503, then 200", async (t) => {
    const { url, requests } = await relay(t, steps(busy(), busy(), queued));
    assert.equal((await createClient({ baseUrl: url, format }).query("a")).status, "queued");
    assert.equal(requests.length, 3);
  });

  for (const [what, first] of [
    ["429", json({ error: { message: "slow" } }, 429, { "retry-after-ms": "1" })],
    ["500", json({}, 500, { "retry-after-ms": "1" })],
    ["502 page", reply(502, { "content-type": "text/html", "retry-after-ms": "1" }, "<html>bad gateway</html>")],
    ["408", json({}, 408, { "retry-after-ms": "1" })],
    ["425", json({}, 425, { "retry-after-ms": "1" })],
  ]) {
    test(`${what}, then 200`, async (t) => {
      const { url, requests } = await relay(t, steps(first, queued));
      await createClient({ baseUrl: url, format }).query("a");
      assert.equal(requests.length, 2);
    });
  }

  test("a connection that breaks is tried again", async (t) => {
    const { url, requests } = await relay(t, ({ nth, request }) => (nth === 1 ? void request.socket.destroy() : queued));
    await createClient({ baseUrl: url, format }).query("a");
    assert.equal(requests.length, 2);
  });

  test("retries are extra attempts; the error is the last one's", async (t) => {
    for (const retries of [0, 1, 3]) {
      const { url, requests } = await relay(t, () => busy());
      const error = await failure(createClient({ baseUrl: url, format, retries }).query("a"), "server");
      assert.equal(error.httpStatus, 503);
      assert.equal(requests.length, retries + 1);
    }
  });

  test("the default is four retries", async (t) => {
    const { url, requests } = await relay(t, () => busy());
    await failure(createClient({ baseUrl: url, format }).query("a"), "server");
    assert.equal(requests.length, 5);
  });

  test("Retry-After in seconds is honoured", async (t) => {
    const { url, requests } = await relay(t, steps(busy({ "retry-after": "1" }), queued));
    await createClient({ baseUrl: url, format }).query("a");
    // Without it the pause would be half a second at most.
    assert.ok(requests[1].at - requests[0].at > 900);
  });

  test("Retry-After of zero comes back at once", async (t) => {
    const { url, requests } = await relay(t, steps(busy({ "retry-after": "0" }), queued));
    await createClient({ baseUrl: url, format }).query("a");
    assert.equal(requests.length, 2);
  });

  test("a longer pause than a call should take is left to the caller", async (t) => {
    const { url, requests } = await relay(t, () => json({ error: { message: "later" } }, 429, { "retry-after": "3600" }));
    const error = await failure(createClient({ baseUrl: url, format }).query("a"), "rate_limited");
    assert.deepEqual([error.retryAfterMs, requests.length], [3_600_000, 1]);
  });

  test("401, 403 and 400 are never repeated", async (t) => {
    for (const [status, code] of [
      [401, "auth"],
      [403, "auth"],
      [400, "rejected"],
      [402, "insufficient_funds"],
      [404, "not_found"],
    ]) {
      const { url, requests } = await relay(t, () => json({ error: { message: "no" } }, status));
      await failure(createClient({ baseUrl: url, format, apiKey: "sk-test" }).query("a"), code);
      assert.equal(requests.length, 1, `HTTP ${status}`);
    }
  });

  test("x-should-retry decides, but never for a key", async (t) => {
    for (const [status, advice, asked] of [
      [503, "false", 1],
      [409, "true", 2],
      [401, "true", 1],
    ]) {
      const { url, requests } = await relay(t, () => json({}, status, { "x-should-retry": advice, "retry-after-ms": "1" }));
      await createClient({ baseUrl: url, format, retries: 1 })
        .query("a")
        .catch(() => {});
      assert.equal(requests.length, asked, `HTTP ${status}, ${advice}`);
    }
  });
});
