// The relay simulator in memory: its routes, who may enter, and its errors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mockRelay } from "../../pkg/dist/testing.mjs";

const V1 = "https://relay.test/v1";
const NEWAPI_UNKNOWN = { code: "task_not_exist", message: "task_not_exist", data: null };

/** What a GET is answered, with its JSON. */
async function ask(relay, path, init) {
  const response = await relay.fetch(V1 + path, init);
  return { status: response.status, headers: response.headers, json: await response.json() };
}

test("a relay knows the routes of its format only, and says so as new-api does", async () => {
  const tasks = { a: [{ status: "queued" }] };
  const paths = { "openai-videos": "/videos/a", "unified-video": "/video/query?id=a", "newapi-generations": "/video/generations/a" };
  for (const format of Object.keys(paths)) {
    for (const [owner, path] of Object.entries(paths)) {
      const relay = mockRelay({ format, tasks });
      const { status, json } = await ask(relay, path);
      assert.equal(status, owner === format ? 200 : 404);
      if (owner !== format) assert.equal(json.error.message, `Invalid URL (GET /v1${path.split("?")[0]})`);
      assert.equal((await ask(mockRelay({ tasks }), path)).status, 200);
    }
  }
  const page = await mockRelay({ tasks }).fetch("https://relay.test/videos/a");
  assert.deepEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
});

test("unknown tasks: 404 at OpenAI's route, 400 at the others", async () => {
  const relay = mockRelay({ tasks: {} });
  const openai = await ask(relay, "/videos/nope");
  assert.deepEqual([openai.status, openai.json.error.code], [404, "task_not_found"]);
  for (const path of ["/video/query?id=nope", "/video/generations/nope", "/video/generations/toString"]) {
    const { status, json } = await ask(relay, path);
    assert.deepEqual([status, json], [400, NEWAPI_UNKNOWN]);
  }
  assert.equal((await relay.fetch(`${V1}/videos/nope/content`)).status, 404);
});

test("ids with : = + / in the path and in the query", async () => {
  const id = "video_bGl0ZWxsbQ==:a+b/c";
  const relay = mockRelay({ baseUrl: "https://relay.test/openai/", tasks: { [id]: [{ status: "succeeded" }] } });
  const base = "https://relay.test/openai/v1";
  assert.equal(relay.baseUrl, "https://relay.test/openai");
  for (const path of [
    `/videos/${encodeURIComponent(id)}`,
    `/videos/${encodeURIComponent(id)}/content`,
    `/video/query?id=${encodeURIComponent(id)}`,
    "/video/query?id=video_bGl0ZWxsbQ==:a%2Bb/c",
  ]) {
    assert.equal((await relay.fetch(base + path)).status, 200, path);
  }
  assert.equal((await relay.fetch(`${base}/videos/${id}`)).status, 404, "a bare slash is another path");
});

test("the key: asked for, never kept", async () => {
  const relay = mockRelay({ apiKey: "sk-secret", tasks: { a: [{ status: "queued" }] } });
  const none = await ask(relay, "/videos/a");
  assert.equal(none.status, 401);
  assert.deepEqual(
    { ...none.json.error, message: none.json.error.message.replace(/\w{20,}/, "ID") },
    { code: "", message: "无效的令牌 (request id: ID)", type: "new_api_error" },
  );
  assert.equal((await ask(relay, "/videos/a", { headers: { authorization: "Bearer wrong" } })).status, 401);
  assert.equal((await ask(relay, "/videos/a", { headers: { authorization: "Bearer sk-secret" } })).status, 200);
  assert.equal((await ask(relay, "/videos/generations/a")).status, 404, "a wrong route is told before a wrong key");
  assert.deepEqual(
    relay.requests.map(({ key, status, method }) => [method, key, status]),
    [
      ["GET", false, 401],
      ["GET", true, 401],
      ["GET", true, 200],
      ["GET", false, 404],
    ],
  );
  assert.ok(!JSON.stringify(relay.requests).includes("sk-secret"));
});

test("errors in the envelope of the route, with Retry-After", async () => {
  const steps = [
    { http: 429, retryAfter: 2 },
    { http: 503 },
    { http: 400, error: { code: "sentinel_block", message: "Hmmm" } },
    { status: "queued" },
  ];
  const relay = mockRelay({ tasks: { a: steps, b: steps } });
  const first = await ask(relay, "/videos/a");
  assert.deepEqual([first.status, first.headers.get("retry-after"), first.json.error.code], [429, "2", "rate_limit_exceeded"]);
  assert.equal((await ask(relay, "/videos/a")).json.error.type, "server_error");
  assert.deepEqual((await ask(relay, "/videos/a")).json.error, {
    message: "Hmmm",
    type: "invalid_request_error",
    param: null,
    code: "sentinel_block",
  });
  assert.equal((await ask(relay, "/videos/a")).json.status, "queued");
  assert.equal((await ask(relay, "/video/generations/b")).json.code, "fail_to_fetch_task");
});

test("bodies that are not the usual ones", async () => {
  const relay = mockRelay({
    tasks: {
      a: [
        { html: "<h1>Bad gateway</h1>", http: 502 },
        { body: '{"status":' },
        { http: 429, body: "" },
        { body: { code: 402, msg: "Insufficient Credits", data: null } },
        { http: 500, status: "failed", error: { code: "500", message: "out of memory" } },
        { http: 302, headers: { location: "https://elsewhere.test/" } },
      ],
    },
  });
  const get = () => relay.fetch(`${V1}/videos/a`, { redirect: "manual" });
  const html = await get();
  assert.deepEqual(
    [html.status, html.headers.get("content-type"), await html.text()],
    [502, "text/html; charset=utf-8", "<h1>Bad gateway</h1>"],
  );
  assert.equal(await (await get()).text(), '{"status":');
  const empty = await get();
  assert.deepEqual([empty.status, empty.headers.get("content-type"), await empty.text()], [429, null, ""]);
  assert.equal((await (await get()).json()).msg, "Insufficient Credits");
  const job = await get();
  assert.deepEqual([job.status, (await job.json()).status], [500, "failed"], "a failed job may be answered with 500 and the job itself");
  assert.equal((await get()).headers.get("location"), "https://elsewhere.test/");
  await assert.rejects(relay.fetch(`${V1}/videos/a`), TypeError, "no way out of memory");
});

test("create, list, delete", async () => {
  const relay = mockRelay({ clock: "manual", startAt: 1_770_000_000_000, tasks: {} });
  const post = (path, body) =>
    ask(relay, path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const form = new FormData();
  form.set("prompt", "a cat");
  form.set("model", "sora-2-pro");
  form.set("seconds", "4");
  form.set("input_reference", new Blob(["x"], { type: "image/png" }), "cat.png");
  const first = (await ask(relay, "/videos", { method: "POST", body: form })).json;
  assert.match(first.id, /^video_[0-9a-f]{48}$/);
  assert.deepEqual([first.status, first.model, first.seconds], ["queued", "sora-2-pro", "4"]);
  assert.deepEqual(relay.requests[0].body.input_reference, { name: "cat.png", type: "image/png", size: 1 });
  await relay.clock.advance(1000);
  const second = (await post("/video/create", { model: "veo3", prompt: "a dog", images: [] })).json;
  assert.match(second.id, /^veo3:task_/);
  assert.deepEqual([second.status, second.status_update_time], ["pending", 1_770_000_001_000]);
  await relay.clock.advance(1000);
  const third = (await post("/video/generations", { model: "kling", prompt: "a fox" })).json;
  assert.deepEqual([third.id, third.object, third.status], [third.task_id, "video", "queued"]);

  for (let i = 0; i < 3; i++) await ask(relay, `/video/generations/${third.id}`);
  assert.equal((await ask(relay, `/video/generations/${third.id}`)).json.data.status, "SUCCESS");

  const list = (await ask(relay, "/videos?limit=2")).json;
  assert.deepEqual([list.object, list.data.map(({ id }) => id), list.has_more], ["list", [third.id, second.id], true]);
  assert.deepEqual(
    (await ask(relay, `/videos?after=${list.last_id}`)).json.data.map(({ prompt }) => prompt),
    ["a cat"],
  );

  assert.deepEqual((await ask(relay, `/videos/${first.id}`, { method: "DELETE" })).json, {
    id: first.id,
    deleted: true,
    object: "video.deleted",
  });
  assert.equal((await ask(relay, `/videos/${first.id}`)).status, 404);
  assert.deepEqual((await post("/video/generations", {})).json, { code: "invalid_request", message: "prompt is required", data: null });
  assert.equal((await post("/videos", { model: "sora-2" })).json.error.param, "prompt");
});
