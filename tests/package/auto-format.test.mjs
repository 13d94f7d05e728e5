// format "auto": three routes until one knows the task, then that one first. Requests are counted: each may cost a rate limit.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { collect, failure } from "./lib/outcome.mjs";
import { html, json, relay, reply, steps, task } from "./lib/relay.mjs";

const OPENAI = "/v1/videos/a";
const UNIFIED = "/v1/video/query?id=a";
const NEWAPI = "/v1/video/generations/a";
const missing = json({ error: { message: "Not found" } }, 404);
const newapi = (status) => ({ code: "success", data: { task_id: "a", status } });

/** A relay that knows some routes, and answers `otherwise` on the others. */
const knows = (t, routes, otherwise = missing) => relay(t, ({ request }) => routes[request.url] ?? otherwise);

describe("auto format", { concurrency: true }, () => {
  test("is the default, and asks OpenAI's route first", async (t) => {
    const { url, paths } = await knows(t, { [OPENAI]: json(task("queued")) });
    const found = await createClient({ baseUrl: url }).query("a");
    assert.deepEqual(paths(), [OPENAI]);
    assert.equal(found.ref.format, "openai-videos");
  });

  for (const [route, body, format, asked] of [
    [UNIFIED, { id: "a", status: "pending", detail: {}, status_update_time: 1 }, "unified-video", [OPENAI, UNIFIED]],
    [NEWAPI, newapi("IN_PROGRESS"), "newapi-generations", [OPENAI, UNIFIED, NEWAPI]],
  ]) {
    test(`finds ${format}, and remembers it for every call of the client`, async (t) => {
      const { url, paths } = await knows(t, { [route]: json(body) });
      const client = createClient({ baseUrl: url });
      const found = await client.query("a");
      assert.deepEqual(paths(), asked);
      assert.equal(found.ref.format, format);
      await client.query("a");
      await client.step("a");
      const failed = await client.wait("a", { timeoutMs: 0 }).catch((error) => error);
      assert.equal(failed.code, "wait_timeout");
      assert.deepEqual(paths().slice(asked.length), [route, route, route]);
    });
  }

  test("a client of its own starts anew", async (t) => {
    const { url, paths } = await knows(t, { [UNIFIED]: json({ id: "a", status: "pending" }) });
    await createClient({ baseUrl: url }).query("a");
    await createClient({ baseUrl: url }).query("a");
    assert.deepEqual(paths(), [OPENAI, UNIFIED, OPENAI, UNIFIED]);
  });

  test("a task that the remembered route does not know is looked for on the others", async (t) => {
    const { url, paths } = await relay(t, ({ request }) =>
      request.url === NEWAPI ? json(newapi("QUEUED")) : request.url === "/v1/videos/b" ? json(task("queued")) : missing,
    );
    const client = createClient({ baseUrl: url });
    await client.query("a");
    const found = await client.query("b");
    assert.deepEqual(paths().slice(3), ["/v1/video/generations/b", "/v1/videos/b"]);
    assert.equal(found.ref.format, "openai-videos");
  });

  for (const [what, otherwise] of [
    ["a page of the console with 200", html()],
    ["a page with 404", html(404)],
    ["JSON that speaks of no task", json({ message: "welcome" })],
    [
      "new-api's words for a wrong route",
      json({ error: { message: "Invalid URL (GET /v1/videos/a)", type: "invalid_request_error", code: "" } }, 404),
    ],
    ["a 400 for the id", json({ code: "task_not_exist", message: "task_not_exist", data: null }, 400)],
    ["405", reply(405, {}, "")],
    [
      "a 403 for the model, as new-api polls",
      json({ error: { message: "This token has no access to model ", type: "new_api_error" } }, 403),
    ],
    ["501", json({ code: "not_implemented", message: "not implemented" }, 501)],
  ]) {
    test(`goes on from ${what}`, async (t) => {
      const { url, paths } = await knows(t, { [NEWAPI]: json(newapi("SUCCESS")) }, otherwise);
      const found = await createClient({ baseUrl: url, apiKey: "sk-test", retries: 0 }).query("a");
      assert.equal(found.status, "succeeded");
      assert.deepEqual(paths(), [OPENAI, UNIFIED, NEWAPI]);
    });
  }

  for (const [what, answer, code] of [
    ["401", json({ error: { message: "bad key" } }, 401), "auth"],
    ["402", json({ error: { message: "no money" } }, 402), "insufficient_funds"],
    ["429", json({ error: { message: "slow down" } }, 429), "rate_limited"],
    ["503", json({ error: { message: "busy" } }, 503), "server"],
  ]) {
    test(`stops at ${what}: another route would say the same`, async (t) => {
      const { url, paths } = await knows(t, {}, answer);
      await failure(createClient({ baseUrl: url, apiKey: "sk-test", retries: 0 }).query("a"), code);
      assert.deepEqual(paths(), [OPENAI]);
    });
  }

  test("of three refusals the one that tells most is given", async (t) => {
    const { url, paths } = await knows(
      t,
      { [UNIFIED]: json({ error: { message: "no such task here", code: "task_not_exist" } }, 400) },
      html(404),
    );
    const error = await failure(createClient({ baseUrl: url }).query("a"), "not_found");
    assert.deepEqual(paths(), [OPENAI, UNIFIED, NEWAPI]);
    assert.deepEqual(error.server, { code: "task_not_exist", message: "no such task here" });
  });

  test("nothing is remembered from refusals", async (t) => {
    const { url, paths } = await knows(t, {});
    const client = createClient({ baseUrl: url });
    await failure(client.query("a"), "not_found");
    await failure(client.query("a"), "not_found");
    assert.deepEqual(paths(), [OPENAI, UNIFIED, NEWAPI, OPENAI, UNIFIED, NEWAPI]);
  });

  test("a given format asks its route only, and is never left", async (t) => {
    const { url, paths } = await knows(t, { [OPENAI]: json(task("queued")) });
    await failure(createClient({ baseUrl: url, format: "unified-video" }).query("a"), "not_found");
    assert.deepEqual(paths(), [UNIFIED]);
  });

  test("a ref asks the route that it names, whatever is remembered", async (t) => {
    const { url, paths } = await knows(t, { [OPENAI]: json(task("queued")), [NEWAPI]: json(newapi("QUEUED")) });
    const client = createClient({ baseUrl: url });
    await client.query("a");
    const found = await client.query({ id: "a", format: "newapi-generations", baseUrl: url });
    assert.deepEqual(paths(), [OPENAI, NEWAPI]);
    assert.equal(found.ref.format, "newapi-generations");
  });

  test("a wait finds the route at its first poll and stays on it", async (t) => {
    const progress = steps(json(newapi("QUEUED")), json(newapi("IN_PROGRESS")), json(newapi("SUCCESS")));
    let nth = 0;
    const { url, paths } = await relay(t, ({ request }) => (request.url === NEWAPI ? progress({ nth: ++nth }) : missing));
    const done = await createClient({ baseUrl: url }).wait("a", { poll: { minMs: 1, maxMs: 5 } });
    assert.equal(done.status, "succeeded");
    assert.deepEqual(paths(), [OPENAI, UNIFIED, NEWAPI, NEWAPI, NEWAPI]);
  });

  test("many waits at once share what one of them found", async (t) => {
    const { url, paths } = await relay(t, ({ request }) =>
      request.url.startsWith("/v1/video/query") ? json({ id: "x", status: "completed" }) : missing,
    );
    const client = createClient({ baseUrl: url, limits: { concurrent: 1 } });
    await client.query("first");
    const before = paths().length;
    const done = await collect(client.all(Array.from({ length: 8 }, (_, index) => `t${index}`)));
    assert.equal(done.filter(({ ok }) => ok).length, 8);
    assert.equal(paths().length - before, 8);
  });

  test("each route has its own retries", async (t) => {
    const counts = {};
    const { url } = await relay(t, ({ request }) => {
      counts[request.url] = (counts[request.url] ?? 0) + 1;
      if (counts[request.url] === 1) return json({ error: { message: "busy" } }, 503, { "retry-after-ms": "1" });
      return request.url === NEWAPI ? json(newapi("QUEUED")) : missing;
    });
    const found = await createClient({ baseUrl: url, retries: 1 }).query("a");
    assert.equal(found.ref.format, "newapi-generations");
    assert.deepEqual(counts, { [OPENAI]: 2, [UNIFIED]: 2, [NEWAPI]: 2 });
  });
});
