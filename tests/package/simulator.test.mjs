// The relay simulator in memory: the course of a task's life, the three bodies, aborts, and the check of a script.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mockRelay } from "../../pkg/dist/testing.mjs";

const V1 = "https://relay.test/v1";

/** What a GET is answered, with its JSON. */
async function ask(relay, path, init) {
  const response = await relay.fetch(V1 + path, init);
  return { status: response.status, headers: response.headers, json: await response.json() };
}

test("steps advance with the polls, and the last one stays", async () => {
  const relay = mockRelay({
    tasks: { a: [{ status: "queued" }, { status: "running", progress: 0.4, polls: 2 }, { status: "succeeded" }] },
  });
  const seen = [];
  for (let i = 0; i < 6; i++) {
    const { json } = await ask(relay, "/videos/a");
    seen.push(`${json.status} ${json.progress}`);
  }
  assert.deepEqual(seen, ["queued 0", "in_progress 40", "in_progress 40", "completed 100", "completed 100", "completed 100"]);
});

test("steps with forMs follow the clock, however often it is asked", async () => {
  const startAt = Date.UTC(2026, 10, 21);
  const relay = mockRelay({
    clock: "manual",
    startAt,
    tasks: { a: [{ status: "queued", forMs: 1000 }, { status: "running", progress: [0, 0.8], forMs: 4000 }, { status: "succeeded" }] },
  });
  const status = async () => {
    const { json } = await ask(relay, "/videos/a");
    return [json.status, json.progress];
  };
  assert.deepEqual(await status(), ["queued", 0]);
  assert.deepEqual(await status(), ["queued", 0]);
  await relay.clock.advance(1000);
  assert.deepEqual(await status(), ["in_progress", 0]);
  await relay.clock.advance(2000);
  assert.deepEqual(await status(), ["in_progress", 40]);
  await relay.clock.advance(60_000);
  const { json } = await ask(relay, "/videos/a");
  assert.equal(json.status, "completed");
  assert.equal(json.created_at, startAt / 1000);
  assert.equal(json.completed_at, startAt / 1000 + 5, "when the step was reached, not when it was seen");
  assert.equal(relay.requests.at(-1).at, startAt + 63_000);
});

test("speed makes the relay's time run faster", async () => {
  const relay = mockRelay({ speed: 1000, tasks: { a: [{ status: "running", forMs: 20_000 }, { status: "succeeded" }] } });
  assert.equal((await ask(relay, "/videos/a")).json.status, "in_progress");
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.equal((await ask(relay, "/videos/a")).json.status, "completed");
});

test("openai-videos: the whole object, with every key", async () => {
  const relay = mockRelay({
    clock: "manual",
    startAt: 1_770_000_000_500,
    tasks: {
      v: [
        { status: "running", progress: 0.87, model: "sora-2-pro", prompt: "a lighthouse", seconds: "4", size: "720x1280" },
        { status: "failed", error: { code: "moderation_blocked", message: "Blocked." } },
      ],
    },
  });
  const running = {
    id: "v",
    object: "video",
    model: "sora-2-pro",
    status: "in_progress",
    progress: 87,
    created_at: 1_770_000_000,
    completed_at: null,
    expires_at: null,
    prompt: "a lighthouse",
    seconds: "4",
    size: "720x1280",
    remixed_from_video_id: null,
    error: null,
  };
  assert.deepEqual((await ask(relay, "/videos/v")).json, running);
  assert.deepEqual((await ask(relay, "/videos/v")).json, {
    ...running,
    status: "failed",
    error: { code: "moderation_blocked", message: "Blocked." },
  });
});

test("unified-video: pending outside, processing inside, milliseconds", async () => {
  const id = "sora-2:task_01k6x15vhrff09dkkqjrzwhm60";
  const relay = mockRelay({
    format: "unified-video",
    clock: "manual",
    startAt: 1_759_763_621_142,
    tasks: {
      [id]: [{ status: "queued" }, { status: "running", progress: 0.93 }, { status: "succeeded" }],
      bad: [{ status: "failed", error: { message: "no" } }],
    },
  });
  const path = `/video/query?id=${id}`;
  const queued = (await ask(relay, path)).json;
  assert.deepEqual([queued.id, queued.status, queued.status_update_time], [id, "pending", 1_759_763_621_142]);
  const running = (await ask(relay, path)).json;
  assert.deepEqual(
    [running.status, running.detail.pending_info.status, running.detail.pending_info.progress_pct],
    ["pending", "processing", 0.93],
  );
  const done = (await ask(relay, path)).json;
  assert.equal(done.status, "completed");
  assert.match(done.video_url, /^https:\/\/cdn\.relay\.test\/videos\/sora-2%3Atask_01k6x15vhrff09dkkqjrzwhm60\.mp4\?se=.+&sig=/);
  assert.equal(done.detail.url, done.video_url);
  const failed = (await ask(relay, "/video/query?id=bad")).json;
  assert.deepEqual([failed.status, failed.error], ["failed", "no"]);
});

test("newapi-generations: wrapped, percent as text, 100% on failure", async () => {
  const relay = mockRelay({
    format: "newapi-generations",
    tasks: {
      t: [{ rawStatus: "NOT_START" }, { status: "queued" }, { status: "running", progress: 0.3 }, { status: "succeeded" }],
      bad: [{ status: "failed", error: { code: "InputImageSensitiveContentDetected", message: "task failed" } }],
    },
  });
  const bodies = [];
  for (let i = 0; i < 4; i++) bodies.push((await ask(relay, "/video/generations/t")).json);
  assert.ok(bodies.every(({ code, message }) => code === "success" && message === ""));
  const datas = bodies.map(({ data }) => data);
  assert.deepEqual(
    datas.map((d) => `${d.status} ${d.progress}`),
    ["NOT_START ", "QUEUED 20%", "IN_PROGRESS 30%", "SUCCESS 100%"],
  );
  assert.equal(datas[3].result_url, `${V1}/videos/t/content`);
  assert.deepEqual([datas[3].task_id, typeof datas[3].id], ["t", "number"]);
  const { data } = (await ask(relay, "/video/generations/bad")).json;
  assert.deepEqual([data.status, data.progress, data.fail_reason, data.result_url], ["FAILURE", "100%", "task failed", "task failed"]);
  assert.equal(data.data.error.code, "InputImageSensitiveContentDetected");
});

test("words of the wire go out untouched", async () => {
  const relay = mockRelay({
    tasks: { a: [{ status: "video_upsampling" }, { rawStatus: "composing" }, { rawStatus: "Completed", status: "succeeded" }] },
  });
  const words = [];
  for (let i = 0; i < 3; i++) words.push((await ask(relay, "/video/query?id=a")).json.status);
  assert.deepEqual(words, ["video_upsampling", "composing", "Completed"]);
  assert.equal((await relay.fetch(`${V1}/videos/a/content`)).status, 200, "Completed was said to mean succeeded");
});

test("fields are laid over the task, and the address goes where it is wanted", async () => {
  const relay = mockRelay({
    tasks: {
      a: [{ status: "succeeded", result: { place: "cdn", field: "metadata.url" }, fields: { object: "video.generation" } }],
      b: [{ status: "succeeded", result: { place: "cdn", field: "unsigned_urls.0" } }],
    },
  });
  const { json } = await ask(relay, "/videos/a");
  assert.equal(json.object, "video.generation");
  assert.match(json.metadata.url, /^https:\/\/cdn\.relay\.test\//);
  assert.ok(Array.isArray((await ask(relay, "/videos/b")).json.unsigned_urls));
});

test("reset, delay, abort", async () => {
  const relay = mockRelay({
    tasks: { a: [{ reset: true }, { status: "queued", delayMs: 60_000 }, { status: "running", stallAfter: 10 }] },
  });
  await assert.rejects(relay.fetch(`${V1}/videos/a`), (error) => error instanceof TypeError && error.cause.code === "ECONNRESET");

  const controller = new AbortController();
  const reason = { any: "value" };
  const waiting = relay.fetch(`${V1}/videos/a`, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 5);
  await assert.rejects(waiting, (error) => error === reason);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  await assert.rejects(relay.fetch(`${V1}/videos/a`, { signal: controller.signal }), (error) => error === reason);
  assert.equal(relay.requests.length, 2, "an aborted signal asks nothing");

  const body = new AbortController();
  const response = await relay.fetch(`${V1}/videos/a`, { signal: body.signal });
  setTimeout(() => body.abort(reason), 5);
  await assert.rejects(response.json(), (error) => error === reason);
  assert.equal(getEventListeners(body.signal, "abort").length, 0);
});

test("of a list of lives each POST takes the next, and the last one stays", async () => {
  const relay = mockRelay({ tasks: {}, created: [[{ status: "failed" }], [{ status: "running" }, { status: "succeeded" }]] });
  const make = async () => {
    const made = await ask(relay, "/videos", { method: "POST", headers: { "content-type": "application/json" }, body: '{"model":"sora-2","prompt":"p"}' });
    return [made.json.status, (await ask(relay, `/videos/${made.json.id}`)).json.status];
  };
  const told = [["failed", "failed"], ["in_progress", "in_progress"], ["in_progress", "in_progress"]];
  assert.deepEqual([await make(), await make(), await make()], told);
  relay.reset();
  assert.deepEqual(await make(), told[0]);
});

test("an answer that never comes ends with the signal only", async () => {
  const relay = mockRelay({ clock: "manual", tasks: { a: [{ delayMs: Infinity }] } });
  const controller = new AbortController();
  let over = false;
  const waiting = relay.fetch(`${V1}/videos/a`, { signal: controller.signal }).finally(() => (over = true));
  waiting.catch(() => {});
  await relay.clock.advance(365 * 86_400_000);
  assert.equal(over, false);
  controller.abort("enough");
  await assert.rejects(waiting, (reason) => reason === "enough");
});

test("copies, restarts and reset begin a life anew", async () => {
  const relay = mockRelay({
    clock: "manual",
    copies: true,
    restartAfterMs: 60_000,
    tasks: { "sora-2:t": [{ status: "queued", forMs: 1000 }, { status: "succeeded" }] },
  });
  const status = async (id) => (await ask(relay, `/videos/${id}`)).json.status;
  assert.equal(await status("sora-2:t~1"), "queued");
  await relay.clock.advance(1000);
  assert.equal(await status("sora-2:t~1"), "completed");
  assert.equal(await status("sora-2:t~2"), "queued");
  assert.equal((await ask(relay, "/videos/other~1")).status, 404);
  await relay.clock.advance(50_000);
  assert.equal((await relay.fetch(`${V1}/videos/sora-2:t~1/content`, { method: "HEAD" })).status, 200);
  await relay.clock.advance(60_001);
  assert.equal(
    (await relay.fetch(`${V1}/videos/sora-2:t~1/content`, { method: "HEAD" })).status,
    200,
    "a look at the content restarts nothing",
  );
  assert.equal(await status("sora-2:t~2"), "queued", "not asked for a minute");
  relay.reset();
  assert.equal(relay.requests.length, 0);
  assert.equal(await status("sora-2:t~1"), "queued");
});

test("every field of a script is explained, with its default and an example", () => {
  const lines = readFileSync(new URL("../../pkg/dist/testing-types.d.ts", import.meta.url), "utf8").split("\n");
  let [of, fields] = ["", 0];
  for (const [index, line] of lines.entries()) {
    of = line.match(/^export (?:interface|type) (\w+)/)?.[1] ?? of;
    const [, name] = line.match(/^ {4}(\w+)\?:/) ?? [];
    if (!name) continue;
    const doc = lines.slice(lines.slice(0, index).findLastIndex((each) => each.trimStart().startsWith("/**")), index).join("\n");
    assert.ok(doc.endsWith("*/"), `${of}.${name} is not explained`);
    assert.match(doc, /\bDefault/, `${of}.${name} has no default`);
    assert.match(doc, /Example: `/, `${of}.${name} has no example`);
    fields++;
  }
  assert.ok(fields > 40, `${fields} fields`);
});

test("a script with a mistake is refused, and the place named", () => {
  const refuses = (script, message) =>
    assert.throws(
      () => mockRelay(script),
      (error) => error instanceof TypeError && message.test(error.message),
    );
  const step = (each) => ({ tasks: { a: [{ status: "queued" }, each] } });
  refuses({}, /script\.tasks must be an object/);
  refuses({ tasks: { a: [] } }, /tasks\["a"\] must be a list with at least one step/);
  refuses({ tasks: {}, format: "klong" }, /script\.format must be one of openai-videos, .*, kling, .* it is "klong"/);
  refuses({ tasks: {}, baseUrl: "relay.test" }, /script\.baseUrl must be an http or https address/);
  refuses(
    step({ status: "suceeded" }),
    /tasks\["a"\]\[1\]\.status must be one of queued, .*any other word goes into rawStatus; it is "suceeded"/,
  );
  refuses(step({ progress: 40 }), /tasks\["a"\]\[1\]\.progress must be a fraction from 0 to 1/);
  refuses(step({ retry_after: 2 }), /tasks\["a"\]\[1\] has no field "retry_after"; it may have .*retryAfter/);
  refuses(step({ http: 99 }), /\.http must be an HTTP status from 200 to 599; it is 99/);
  refuses(step({ polls: 2, forMs: 100 }), /holds for polls or forMs, not for both/);
  refuses(step({ polls: 0 }), /\.polls must be a whole number of polls, 1 or more/);
  refuses(step({ result: { place: "s3" } }), /\[1\]\.result\.place must be one of content, relay, cdn/);
  refuses(step({ result: { faults: [{}, { cutafter: 1 }] } }), /\.result\.faults\[1\] has no field "cutafter"/);
  refuses(step({ delayMs: -1 }), /\[1\]\.delayMs must be milliseconds, 0 or more/);
  refuses(step({ forMs: Infinity }), /\[1\]\.forMs must be milliseconds, 0 or more/);
  refuses(step({ headers: { "retry-after": 7 } }), /\[1\]\.headers must be an object of texts; it is \{"retry-after":7\}/);
  refuses({ tasks: {}, thumbnail: "a.webp" }, /script\.thumbnail must be a Uint8Array; it is "a\.webp"/);
  refuses({ tasks: {}, created: [] }, /created must be a list with at least one step/);
  refuses({ tasks: {}, created: { status: "queued" } }, /created must be a list with at least one step/);
  refuses({ tasks: {}, created: [[{ status: "queued" }], [{ status: "quued" }]] }, /created\[1\]\[0\]\.status must be one of queued/);
  refuses({ tasks: {}, created: [[{ status: "queued" }], []] }, /created\[1\] must be a list with at least one step/);
});
