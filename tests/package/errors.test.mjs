// ReelayError: the code for each answer, every field, what is safe to log, and bodies that are meant to hurt.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { createClient, isReelayError, ReelayError } from "../../pkg/dist/index.mjs";
import { failure, thrown } from "./lib/outcome.mjs";
import { html, json, relay, reply, task } from "./lib/relay.mjs";

const format = "openai-videos";
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test", format, retries: 0, ...more });
const said = (message, code) => ({ error: { message, ...(code && { code }) } });

/** The failure of a query that is answered so. */
async function failed(t, answer, code) {
  const { url } = await relay(t, () => answer);
  return failure(open(url).query("a"), code);
}

describe("codes", { concurrency: true }, () => {
  for (const [what, answer, code] of [
    ["401", json(said("no"), 401), "auth"],
    ["403", json(said("no"), 403), "auth"],
    ["403 with a quota code", json({ code: "insufficient_user_quota", message: "no money" }, 403), "insufficient_funds"],
    ["402", json(said("no"), 402), "insufficient_funds"],
    ["429 with a quota code", json(said("no", "insufficient_quota"), 429), "insufficient_funds"],
    ["404", json(said("no"), 404), "not_found"],
    ["405", reply(405, {}, ""), "not_found"],
    ["410", reply(410, {}, ""), "not_found"],
    ["400 that means 404", json({ code: "task_not_exist", message: "x" }, 400), "not_found"],
    ["429", json(said("no"), 429), "rate_limited"],
    ["429 without a body", reply(429, {}, ""), "rate_limited"],
    ["400", json(said("no"), 400), "rejected"],
    ["422", json({ detail: [{ loc: ["path"], msg: "bad id", type: "value_error" }] }, 422), "rejected"],
    ["451", json(said("no"), 451), "rejected"],
    ["500", json(said("no"), 500), "server"],
    ["501", json(said("no"), 501), "server"],
    ["502, a page", html(502), "server"],
    ["524, a page", html(524), "server"],
    ["408", reply(408, {}, ""), "timeout"],
    ["200 with the status inside", json({ code: 402, msg: "no money", data: null }), "insufficient_funds"],
    ["200 with success: false", json({ success: false, message: "no" }), "rejected"],
    ["200, a page", html(), "unexpected_response"],
    ["200, nothing", reply(200, { "content-type": "application/json" }, ""), "unexpected_response"],
    ["204", reply(204, {}, undefined), "unexpected_response"],
    ["304", reply(304, {}, undefined), "unexpected_response"],
    ["200, truncated", reply(200, { "content-type": "application/json" }, '{"id":"a","status":"que'), "unexpected_response"],
    ["200, JSON and more", reply(200, { "content-type": "application/json" }, '{"id":"a","status":"queued"}}'), "unexpected_response"],
    [
      "200, bytes",
      reply(200, { "content-type": "video/mp4" }, Buffer.from([0, 0, 0, 32, 0x66, 0x74, 0x79, 0x70, 0xff])),
      "unexpected_response",
    ],
  ]) {
    test(`${what}: ${code}`, async (t) => {
      const error = await failed(t, answer, code);
      assert.equal(error.httpStatus, answer.status);
      assert.equal(error.ref.id, "a");
      assert.ok(error.hint.length > 10 && error.message.length > 10);
    });
  }

  test("nobody listens: network", async () => {
    const error = await failure(open("http://127.0.0.1:9").query("a"), "network");
    assert.deepEqual([error.httpStatus, error.server, error.ref.id], [null, null, "a"]);
    assert.ok(error.cause instanceof TypeError);
  });

  test("a body that is cut: network", async (t) => {
    const { url } = await relay(t, ({ response }) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
      response.write('{"id":"a"', () => setTimeout(() => response.destroy(), 20));
    });
    await failure(open(url).query("a"), "network");
  });
});

describe("fields", { concurrency: true }, () => {
  test("all of them are there, null where nothing is known", async (t) => {
    const error = await failed(t, json(said("bad id", "E1"), 400, { "x-request-id": "req-7" }), "rejected");
    const { name, code, ref, task: snapshot, httpStatus, server, requestId, retryAfterMs, seen, bytes } = error;
    assert.deepEqual(
      { name, code, id: ref.id, snapshot, httpStatus, server, requestId, retryAfterMs, seen, bytes },
      {
        name: "ReelayError",
        code: "rejected",
        id: "a",
        snapshot: null,
        httpStatus: 400,
        server: { code: "E1", message: "bad id" },
        requestId: "req-7",
        retryAfterMs: null,
        seen: null,
        bytes: null,
      },
    );
    assert.match(error.message, /400/);
    assert.match(error.message, /bad id/);
    assert.ok(error instanceof ReelayError && error instanceof Error);
    assert.match(String(error), /^ReelayError: /);
    assert.match(error.stack, /ReelayError/);
    assert.equal("task" in error, true);
    assert.ok(isReelayError(error));
  });

  test("the relay's words out of however many envelopes", async (t) => {
    const inner = JSON.stringify({ error: { message: "Video not found", code: "video_not_found" } });
    const error = await failed(t, json({ code: "fail_to_fetch_task", message: JSON.stringify(inner), data: null }, 500), "not_found");
    assert.deepEqual(error.server, { code: "video_not_found", message: "Video not found" });
  });

  test("new-api's own request id", async (t) => {
    assert.equal((await failed(t, json(said("no"), 400, { "x-oneapi-request-id": "2026-1" }), "rejected")).requestId, "2026-1");
  });

  for (const [header, value, ms] of [
    ["retry-after", "7", 7000],
    ["retry-after", "0.5", 500],
    ["retry-after-ms", "250", 250],
    ["retry-after", "soon", null],
    ["retry-after", "-1", null],
  ]) {
    test(`${header}: ${value}`, async (t) => {
      assert.equal((await failed(t, json(said("no"), 429, { [header]: value }), "rate_limited")).retryAfterMs, ms);
    });
  }

  test("Retry-After as a date", async (t) => {
    const { url } = await relay(t, () => json(said("no"), 429, { "retry-after": new Date(Date.now() + 100_000).toUTCString() }));
    const { retryAfterMs } = await failure(open(url).query("a"), "rate_limited");
    assert.ok(retryAfterMs > 80_000 && retryAfterMs <= 100_000, String(retryAfterMs));
  });

  test("toJSON: every field but the task's body and addresses", async (t) => {
    const { url } = await relay(t, () =>
      json(task("failed", { video_url: "https://cdn.example/v.mp4?sig=1", prompt: "a private prompt", ...said("Blocked.", "E1") })),
    );
    const error = await failure(open(url).wait("a"), "task_failed");
    const record = JSON.parse(JSON.stringify(error));
    assert.deepEqual(record, {
      name: "ReelayError",
      code: "task_failed",
      message: error.message,
      ref: { id: "a", format, baseUrl: url },
      task: { status: "failed", rawStatus: "failed", progress: null },
      httpStatus: null,
      server: { code: "E1", message: "Blocked." },
      requestId: null,
      retryAfterMs: null,
      seen: null,
      bytes: null,
      hint: error.hint,
    });
    assert.equal(error.task.raw.prompt, "a private prompt");
    assert.ok(!inspect(error, { depth: 10 }).includes("private prompt"));
  });

  test("isReelayError: by the brand, not by the name", () => {
    for (const other of [
      null,
      undefined,
      7,
      "x",
      {},
      new Error("x"),
      Object.assign(new Error("x"), { name: "ReelayError", code: "auth" }),
      new DOMException("x", "AbortError"),
    ]) {
      assert.equal(isReelayError(other), false);
    }
  });
});

describe("bodies that are meant to hurt", { concurrency: true }, () => {
  const heavy = (size) => json({ ...task("queued"), filler: "x".repeat(size) });

  test("a JSON body of 7 MiB is read, one of 9 MiB is too_large", async (t) => {
    const small = await relay(t, () => heavy(7 << 20));
    assert.equal((await open(small.url).query("a")).status, "queued");
    const { url } = await relay(t, () => heavy(9 << 20));
    const error = await failure(open(url).query("a"), "too_large");
    assert.equal(error.httpStatus, 200);
  });

  test("a body without end is too_large after the bound, and is let go of", async (t) => {
    let sent = 0;
    const { url, idle } = await relay(t, async ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      const block = Buffer.alloc(1 << 20, 0x20);
      while (!response.destroyed && sent < 500) {
        sent++;
        if (!response.write(block)) await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
      }
    });
    await failure(open(url).query("a"), "too_large");
    await idle();
    assert.ok(sent < 100, `${sent} MB were taken in`);
  });

  test("a gzip bomb is too_large, by what comes out of it", async (t) => {
    const bomb = gzipSync(Buffer.concat([Buffer.from('{"id":"a","status":"'), Buffer.alloc(64 << 20, 0x61), Buffer.from('"}')]));
    assert.ok(bomb.length < 200_000);
    const { url } = await relay(t, () => reply(200, { "content-type": "application/json", "content-encoding": "gzip" }, bomb));
    await failure(open(url).query("a"), "too_large");
  });

  test("an error page of 9 MiB keeps the status's code", async (t) => {
    const { url } = await relay(t, () => reply(502, { "content-type": "text/html" }, Buffer.alloc(9 << 20, 0x20)));
    await failure(open(url).query("a"), "server");
  });

  for (const [what, body, status] of [
    ["an array 200,000 deep", `${"[".repeat(200_000)}${"]".repeat(200_000)}`, null],
    ["an object 200,000 deep", `${'{"data":'.repeat(200_000)}1${"}".repeat(200_000)}`, null],
    ["a task with an array 200,000 deep", `{"id":"a","status":"queued","x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`, "queued"],
    ["an error in 200,000 errors", `${'{"error":'.repeat(200_000)}"no"${"}".repeat(200_000)}`, null],
    ["brackets that never close", "[".repeat(1_000_000), null],
    [
      "300,000 keys",
      `{"id":"a","status":"queued",${Array.from({ length: 300_000 }, (_, index) => `"k${index}":${index}`).join()}}`,
      "queued",
    ],
    ["a message of a million braces", JSON.stringify({ error: { message: "{".repeat(500_000) + "}".repeat(500_000) } }), null],
    [
      "messages quoted in messages",
      JSON.stringify({
        error: { message: Array.from({ length: 12 }).reduce((text) => JSON.stringify({ error: { message: text } }), "deep") },
      }),
      null,
    ],
    ["__proto__", '{"__proto__":{"status":"completed"},"id":"a","status":"queued"}', "queued"],
    ["a lone surrogate", '{"id":"a","status":"queued","model":"\\ud800"}', "queued"],
  ]) {
    test(what, async (t) => {
      const { url } = await relay(t, () => reply(200, { "content-type": "application/json" }, body));
      const client = open(url);
      const outcome = await client.query("a").catch((error) => error);
      if (status) assert.equal(outcome.status, status, inspect(outcome).slice(0, 500));
      else assert.ok(isReelayError(outcome) && outcome.code !== "internal", inspect(outcome).slice(0, 500));
      assert.equal((await client.query("b").catch((error) => error)).code, outcome.code);
    });
  }
});

// Alone: it takes WebAssembly from the whole process.
test("no WebAssembly in the host: wasm_unavailable, and the next call tries again", async (t) => {
  const fresh = await import("../../pkg/dist/index.mjs?without-wasm");
  const { url } = await relay(t, () => json(task("queued")));
  const { compile } = WebAssembly;
  const client = fresh.createClient({ baseUrl: url });
  WebAssembly.compile = () => Promise.reject(new WebAssembly.CompileError("violates the Content Security Policy"));
  const error = await thrown(client.query("a")).finally(() => (WebAssembly.compile = compile));
  assert.ok(isReelayError(error));
  assert.equal(error.code, "wasm_unavailable");
  assert.match(error.hint, /wasm-unsafe-eval/);
  assert.ok(error.cause instanceof WebAssembly.CompileError);
  assert.equal((await client.query("a")).status, "queued");
});
