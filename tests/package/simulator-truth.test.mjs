// The simulator's bodies against those that relays were seen to send (tests/fixtures): the same keys, at every depth it fills.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mockRelay } from "../../pkg/dist/testing.mjs";

const fixture = (name) => JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8"));
const keys = (object) => Object.keys(object).sort();
const sameKeys = (ours, theirs) => assert.deepEqual(keys(ours), keys(theirs));
const someKeys = (ours, theirs) =>
  assert.deepEqual(
    keys(ours).filter((key) => !(key in theirs)),
    [],
  );

const relay = () =>
  mockRelay({
    apiKey: "sk-of-the-test",
    tasks: {
      a: [
        { status: "running", progress: 0.4 },
        { status: "succeeded", result: { place: "cdn" } },
      ],
      bad: [{ status: "failed", error: { code: "x", message: "text" } }],
      base64: [{ status: "succeeded", result: { place: "base64" } }],
      json: [{ status: "succeeded", result: { place: "json" } }],
      busy: [{ http: 429 }],
    },
  });

async function ask(from, path, { method = "GET", body, key = "sk-of-the-test" } = {}) {
  const response = await from.fetch(`https://relay.test${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.json();
}

test("openai-videos", async () => {
  const from = relay();
  sameKeys(await ask(from, "/v1/videos/a"), fixture("openai-videos/in-progress-all-keys-null"));
  const done = await ask(from, "/v1/videos/a");
  someKeys(fixture("openai-videos/completed-video-url"), done);
  sameKeys(await ask(from, "/v1/videos/bad"), fixture("openai-videos/failed-moderation-blocked"));
  sameKeys(await ask(from, "/v1/videos", { method: "POST", body: { prompt: "a cat" } }), fixture("openai-videos/created-queued-uuid-id"));
  const list = await ask(from, "/v1/videos");
  sameKeys(list, fixture("openai-videos/list-two"));
  sameKeys(await ask(from, "/v1/videos/a", { method: "DELETE" }), fixture("openai-videos/deleted"));
  someKeys(await ask(from, "/v1/videos/json/content"), fixture("openai-videos/download-json-instead-of-bytes"));
  sameKeys(await ask(from, "/v1/videos/base64/content"), fixture("newapi-generations/download-base64-json"));
});

test("unified-video", async () => {
  const from = relay();
  const running = await ask(from, "/v1/video/query?id=a");
  const seed = fixture("unified-video/pending-detail-progress-pct");
  sameKeys(running, seed);
  sameKeys(running.detail, seed.detail);
  sameKeys(running.detail.input, seed.detail.input);
  someKeys(running.detail.pending_info, seed.detail.pending_info);
  const done = await ask(from, "/v1/video/query?id=a");
  const whole = fixture("unified-video/completed-full-detail");
  sameKeys(done, whole);
  someKeys(done.detail, whole.detail);
  someKeys(fixture("unified-video/failed-string-error"), await ask(from, "/v1/video/query?id=bad"));
  sameKeys(
    await ask(from, "/v1/video/create", { method: "POST", body: { model: "sora-2", prompt: "a cat" } }),
    fixture("unified-video/created-sora-pending"),
  );
});

test("newapi-generations", async () => {
  const from = relay();
  const row = fixture("newapi-generations/success-numeric-database-id");
  for (let i = 0; i < 2; i++) {
    const body = await ask(from, "/v1/video/generations/a");
    sameKeys(body, row);
    sameKeys(body.data, row.data);
    sameKeys(body.data.properties, row.data.properties);
  }
  const failed = (await ask(from, "/v1/video/generations/bad")).data;
  const inner = fixture("newapi-generations/failure-100-percent-inner-vendor-error").data;
  assert.deepEqual([failed.status, failed.progress], [inner.status, inner.progress]);
  sameKeys(failed.data, inner.data);
  sameKeys(
    await ask(from, "/v1/video/generations", { method: "POST", body: { prompt: "a cat" } }),
    fixture("newapi-generations/created-queued"),
  );
});

test("errors", async () => {
  const from = relay();
  const same = (ours, name, change = (text) => text) => assert.deepEqual(JSON.parse(change(JSON.stringify(ours))), fixture(name));
  const anyId = (text) => text.replace(/request id: \w+/, "request id: 2026020820155812345678abcdefgh");
  same(await ask(from, "/v1/videos/a", { key: "wrong" }), "errors/error-401-newapi-middleware", anyId);
  same(await ask(from, "/v1/videos/generations/task_1"), "errors/error-404-invalid-url");
  same(await ask(from, "/v1/video/generations/nobody"), "newapi-generations/error-400-task-not-exist");
  same(await ask(from, "/v1/video/generations/busy"), "errors/error-429-saturated");
  same(await ask(from, "/v1/videos/busy/content"), "openai-videos/error-400-content-not-completed", (text) =>
    text.replace("QUEUED", "NOT_START"),
  );
  const unified = mockRelay({ format: "openai-videos", tasks: {} });
  same(await ask(unified, "/v1/video/query?id=a"), "unified-video/error-404-path-unknown-to-newapi");
});
