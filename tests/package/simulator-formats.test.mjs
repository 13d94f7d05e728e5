// The relay simulator in every format: tasks made by POST, several asked for at once, conversations, and what goes wrong.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { mockRelay } from "../../pkg/dist/testing.mjs";
import { serve } from "../../pkg/dist/testing-node.mjs";
import { readTables } from "../../tools/lib/tables.mjs";

const { formats } = await readTables();
const BASE = "https://relay.test";

async function ask(relay, method, path, body, headers = {}) {
  const response = await relay.fetch(BASE + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), text, json: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : null };
}

/** A body with a value at each dotted path. */
function bodyWith(needs) {
  const body = {};
  for (const [fields, values] of needs) {
    const [field] = fields.split("|");
    if (field.startsWith("@")) continue;
    const keys = field.split(".");
    const last = keys.pop();
    let at = body;
    keys.forEach((key, i) => { at = at[key] ??= /^\d/.test(keys[i + 1] ?? last) ? [] : {}; });
    at[last] = values === "" ? { model: "m-1", content: [{ type: "text", text: "a cat" }], messages: [{ role: "user", content: "a cat" }] }[field] ?? "a cat" : values.split("|")[0];
  }
  return body;
}
const headersOf = (needs) => Object.fromEntries(needs.filter(([name]) => name.startsWith("@")).map(([name, value]) => [name.slice(1), value]));

/** A path of the call, with something for everything that varies. */
function pathOf(prefix, call, values = {}) {
  const given = { kind: call.kinds[0], model: "m-1", project: "p", place: "l", ...values };
  return prefix + call.ask.split(" ")[1].replace(/\{(\w+)\}/g, (_, name) => given[name] ?? name);
}

describe("create", () => {
  for (const { name: format, prefixes, calls } of formats) {
    for (const call of calls.filter(({ does }) => does === "create")) {
      test(`${format} ${call.ask}`, async () => {
        const relay = mockRelay({ format, tasks: {} });
        for (const prefix of prefixes) {
          const path = pathOf(prefix, call);
          const made = await ask(relay, "POST", path, bodyWith(call.needs), headersOf(call.needs));
          assert.equal(made.status, 200, made.text);
          const ref = idIn(made.json);
          assert.ok(ref, made.text);
          // It lives the usual life, and can be waited for.
          const kind = { tasks: "tasks", v2: "v2", relay: format === "jimeng" ? "fetch" : undefined }[call.bodies];
          const client = createClient({ baseUrl: BASE, format, prefix, fetch: relay.fetch });
          const known = format === "kling" && call.bodies === "images" ? { kind: call.kinds[0] } : kind ? { kind } : {};
          const task = await client.wait({ id: ref, format, baseUrl: BASE, ...known }, { poll: { minMs: 0, maxMs: 0 } });
          assert.equal(task.status, "succeeded");
          if (call.bodies === "video") assert.deepEqual(task.outputs.map(({ kind }) => kind), ["video", "video", "image"]);
        }

        const refused = await ask(relay, "POST", pathOf(prefixes[0], call), {}, headersOf(call.needs));
        assert.match(refused.text, /is required/);
        await assert.rejects(reading(format, refused), { code: "rejected" });
        for (const [fields, values] of call.needs.filter(([, values]) => values !== "")) {
          const [field] = fields.split("|");
          const wrong = field.startsWith("@") ? bodyWith(call.needs) : bodyWith(call.needs.map(([name, all]) => (name === fields ? [name, "nonsense"] : [name, all])));
          const answer = await ask(relay, "POST", pathOf(prefixes[0], call), wrong, field.startsWith("@") ? {} : headersOf(call.needs));
          assert.match(answer.text, field.startsWith("@") ? /is required/ : new RegExp(`must be one of ${values.split("|").join(", ")}`), field);
        }
      });
    }
  }

  const idIn = (body) => body.output?.task_id ?? body.data?.task_id ?? body.data?.id ?? body.result ?? body.task_id ?? body.name ?? body.id ?? body.data;

  /** A refusal as the client reads it. */
  const reading = (format, { status, text }) =>
    createClient({ baseUrl: BASE, format, prefix: "", retries: 0, fetch: async () => new Response(text, { status, headers: { "content-type": "application/json" } }) }).query("a");
});

test("several at once, in the envelope of each format; unknown ones are left out", async () => {
  const tasks = { a: [{ status: "queued" }, { status: "succeeded" }], b: [{ status: "failed", error: { message: "No." } }] };
  const relay = mockRelay({ tasks });
  const suno = await ask(relay, "POST", "/suno/fetch", { ids: ["a", "nobody", "b"] });
  assert.deepEqual(suno.json.data.map(({ task_id, status }) => [task_id, status]), [["a", "QUEUED"], ["b", "FAILURE"]]);
  assert.deepEqual((await ask(relay, "POST", "/suno/fetch", { ids: [] })).json.data, []);
  relay.reset();
  const mj = await ask(relay, "POST", "/mj/task/list-by-condition", { ids: ["b", "a"] });
  assert.deepEqual(mj.json.map(({ id, status }) => [id, status]), [["b", "FAILURE"], ["a", "SUBMITTED"]]);
  const doubao = await ask(relay, "GET", "/api/v3/contents/generations/tasks?filter.task_ids=a&filter.task_ids=b");
  assert.deepEqual([doubao.json.total, doubao.json.items.map(({ id, status }) => [id, status])], [2, [["a", "succeeded"], ["b", "failed"]]]);
  const kling = await ask(relay, "GET", "/kling/tasks?task_ids=a,b,nobody");
  assert.deepEqual([kling.json.code, kling.json.data.map(({ id, status }) => [id, status])], [0, [["a", "succeeded"], ["b", "failed"]]]);
  assert.deepEqual((await ask(relay, "GET", "/kling/tasks?task_ids=nobody")).json.data, []);
  const luma = await ask(relay, "POST", "/luma/tasks", { ids: ["a"] });
  assert.deepEqual(luma.json.map(({ id, state }) => [id, state]), [["a", "completed"]]);
});

test("lists have pages", async () => {
  const tasks = Object.fromEntries(["a", "b", "c"].map((id) => [id, [{ status: "running" }]]));
  const relay = mockRelay({ tasks });
  const doubao = await ask(relay, "GET", "/api/v3/contents/generations/tasks?page_num=2&page_size=2");
  assert.deepEqual([doubao.json.total, doubao.json.items.length], [3, 1]);
  const kling = await ask(relay, "GET", "/kling/v1/videos/text2video?pageNum=1&pageSize=2");
  assert.deepEqual(kling.json.data.map(({ task_status }) => task_status), ["processing", "processing"]);
  const wan = await ask(relay, "GET", "/alibailian/api/v1/tasks/?page_no=1&page_size=10");
  assert.deepEqual(wan.json.data.map(({ status }) => status), ["RUNNING", "RUNNING", "RUNNING"]);
});

test("MiniMax' file is a call of its own, and there only once the task is done", async () => {
  const relay = mockRelay({ tasks: { a: [{ status: "running" }, { status: "succeeded" }] } });
  const query = () => ask(relay, "GET", "/minimax/v1/query/video_generation?task_id=a");
  assert.equal((await query()).json.file_id, "");
  const { json } = await query();
  const { json: { file } } = await ask(relay, "GET", `/minimax/v1/files/retrieve?file_id=${json.file_id}`);
  assert.equal(file.file_id, Number(json.file_id));
  assert.match(file.download_url, /^https:\/\/cdn\.relay\.test\/videos\/a\.mp4\?/);
  assert.notEqual((await ask(relay, "GET", "/minimax/v1/files/retrieve?file_id=1")).json.base_resp.status_code, 0);
});

describe("faults, in every format", () => {
  for (const { name: format, prefixes } of formats) {
    test(format, async () => {
      const id = format === "veo-native" ? "models/m/operations/a" : "a";
      const relay = mockRelay({
        format, apiKey: "sk-faults",
        tasks: { [id]: [{ http: 429, retryAfter: 120 }, { http: 503 }, { html: "<h1>Gateway</h1>", http: 502 }, { reset: true }, { status: "succeeded" }] },
      });
      const client = createClient({ baseUrl: BASE, format, prefix: prefixes[0], apiKey: "sk-faults", fetch: relay.fetch, retries: 0 });
      const error = await client.query(id).then(assert.fail, (caught) => caught);
      assert.deepEqual([error.code, error.httpStatus, error.retryAfterMs], ["rate_limited", 429, 120_000]);
      assert.ok(error.server.code || error.server.message, "the relay's own words");
      await assert.rejects(client.query(id), (caught) => caught.code === "server" && caught.server !== null);
      for (const code of ["server", "network"]) await assert.rejects(client.query(id), { code });
      assert.equal((await client.query(id)).status, "succeeded");
      await assert.rejects(createClient({ baseUrl: BASE, format, apiKey: "sk-wrong", fetch: relay.fetch }).query(id), { code: "auth" });
    });
  }
});

test("a key may come in the header that a format has for it", async () => {
  const id = "models/m/operations/a";
  const relay = mockRelay({ apiKey: "sk-google", tasks: { [id]: [{ status: "queued" }], a: [{ status: "queued" }] } });
  assert.equal((await ask(relay, "GET", `/v1beta/${id}`, undefined, { "x-goog-api-key": "sk-google" })).status, 200);
  assert.equal((await ask(relay, "GET", "/suno/fetch/a", undefined, { "x-goog-api-key": "sk-google" })).status, 401);
  await ask(relay, "GET", "/v1/videos/a?token=sk-google", undefined, { "x-own": "Token sk-google", "x-other": "stays" });
  assert.deepEqual(relay.requests.map(({ key }) => key), [true, true, true]);
  assert.deepEqual(relay.requests.map(({ headers }) => Object.keys(headers)), [[], [], ["x-other"]]);
});

test("an id that no script has is not found, in every format", async () => {
  for (const { name } of formats) {
    const relay = mockRelay({ format: name, tasks: { other: [{ status: "queued" }] } });
    const client = createClient({ baseUrl: relay.baseUrl, format: name, fetch: relay.fetch, retries: 0 });
    // Wan has a word for such a task, and MiniMax refuses its id.
    if (name === "wan") assert.equal((await client.query("task_nobody")).rawStatus, "UNKNOWN");
    else await assert.rejects(client.query("task_nobody"), { code: name === "minimax" ? "rejected" : "not_found" }, name);
    assert.ok(relay.requests.length > 0, name);
  }
});

test("an address of neither origin is a network failure that says where the relay is", async () => {
  const relay = mockRelay({ tasks: {} });
  await assert.rejects(relay.fetch("https://relay.example/v1/videos/a"), (error) =>
    error instanceof TypeError && error.cause.code === "ENOTFOUND" &&
    error.cause.message === "getaddrinfo ENOTFOUND relay.example (mockRelay answers https://relay.test and https://cdn.relay.test)");
  assert.equal(relay.requests.length, 0);
});

test("a path under a prefix is the relay's, any other is the web page's", async () => {
  const relay = mockRelay({ baseUrl: "https://relay.test/base", tasks: {} });
  for (const path of ["/base/v1/x", "/base/kling/x", "/base/mj/task/a/fetch", "/base/jimeng/"]) assert.equal(relay.serves(path), true, path);
  for (const path of ["/", "/kling/x", "/base/", "/base/klingon", "/pkg/x"]) assert.equal(relay.serves(path), false, path);
  const kling = mockRelay({ format: "kling", tasks: {} });
  assert.deepEqual([kling.serves("/kling/x"), kling.serves("/suno/fetch/a")], [true, false]);
  assert.equal((await ask(kling, "GET", "/suno/fetch/a")).type, "text/html; charset=utf-8");
  assert.equal((await ask(kling, "GET", "/kling/nothing")).status, 404);
});

describe("a conversation", () => {
  const request = { model: "sora-2", messages: [{ role: "user", content: "a cat" }] };
  const created = [{ status: "queued" }, { status: "running", progress: 0.4 }, { status: "succeeded", result: { place: "cdn" } }];
  const chat = (relay, body) => ask(relay, "POST", "/v1/chat/completions", body);
  const eventsOf = (text) => text.split("\n\n").filter((event) => event !== "").map((event) => event.replace(/^data: /, ""));

  test("is streamed over HTTP to its end", async (t) => {
    const server = await serve({ created, tasks: {} });
    t.after(() => server.close());
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...request, stream: true }),
    });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const pieces = [];
    for await (const piece of response.body) pieces.push(Buffer.from(piece));
    const events = eventsOf(Buffer.concat(pieces).toString());
    assert.equal(events.at(-1), "[DONE]");
    const deltas = events.slice(0, -1).map((event) => JSON.parse(event).choices[0].delta);
    const [, id] = /`(task_\w+)`/.exec(deltas[0].content);
    assert.ok(deltas.some(({ reasoning_content: text }) => text?.includes("40%")));
    const [, url] = /<video src='([^']+)'/.exec(deltas.at(-1).content);
    assert.ok(url.startsWith(`${server.cdnUrl}/videos/${id}.mp4?`), url);
    assert.equal((await fetch(url)).status, 200);
    // What the text names is known on OpenAI's path.
    assert.equal((await (await fetch(`${server.url}/v1/videos/${id}`)).json()).status, "completed");
  });

  test("comes in pieces that end anywhere", async () => {
    const relay = mockRelay({ created, tasks: {} });
    const body = JSON.stringify({ ...request, stream: true });
    const response = await relay.fetch(`${BASE}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body });
    const pieces = [];
    for await (const piece of response.body) pieces.push(Buffer.from(piece));
    const text = Buffer.concat(pieces).toString();
    assert.ok(pieces.every(({ length }) => length <= 48) && pieces.length > 2 * eventsOf(text).length, `${pieces.length} pieces`);
  });

  test("is one answer without streaming", async () => {
    const relay = mockRelay({ created, tasks: {} });
    const { json } = await chat(relay, request);
    assert.equal(json.object, "chat.completion");
    assert.match(json.choices[0].message.content, /\]\(https:\/\/cdn\.relay\.test\/videos\/task_\w+\.mp4\?/);
  });

  test("fails in words, breaks off, is refused", async () => {
    const failing = mockRelay({ created: [{ status: "failed", error: { message: "Content violates guardrails" } }], tasks: {} });
    const events = eventsOf((await chat(failing, { ...request, stream: true })).text);
    assert.equal(JSON.parse(events.at(-2)).choices[0].delta.content, "❌ Content violates guardrails");
    const cut = mockRelay({ created: [{ status: "queued" }, { status: "running" }], tasks: {} });
    assert.notEqual(eventsOf((await chat(cut, { ...request, stream: true })).text).at(-1), "[DONE]");
    const torn = mockRelay({ created: [{ status: "queued" }, { reset: true }], tasks: {} });
    await assert.rejects(chat(torn, { ...request, stream: true }), TypeError);
    const busy = mockRelay({ created: [{ http: 429, retryAfter: 1 }], tasks: {} });
    assert.equal((await chat(busy, { ...request, stream: true })).status, 429);
    assert.equal((await chat(failing, { model: "sora-2" })).json.error.param, "messages");
  });

  test("takes the time of its steps", async () => {
    const relay = mockRelay({ clock: "manual", created: [{ status: "running", forMs: 5000 }, created[2]], tasks: {} });
    const body = JSON.stringify({ ...request, stream: true });
    const response = await relay.fetch(`${BASE}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body });
    let done = false;
    const answer = response.text().then((text) => { done = true; return text; });
    await relay.clock.advance(4000);
    assert.equal(done, false);
    await relay.clock.advance(1000);
    assert.equal(eventsOf(await answer).at(-1), "[DONE]");
  });
});
