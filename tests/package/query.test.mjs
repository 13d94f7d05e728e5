// query(): one request, one snapshot, on each route, for any id and any spelling of the base URL.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure } from "./lib/outcome.mjs";
import { html, json, relay, reply, steps, task } from "./lib/relay.mjs";

describe("query", { concurrency: true }, () => {
  test("a task of OpenAI's route, whole", async (t) => {
    const body = task("in_progress", { progress: 45, created_at: 1_760_000_000, seconds: "8", own: { deep: [1, null] } });
    const { url, requests } = await relay(t, () => json(body));
    const found = await createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos" }).query("a");
    assert.deepEqual(found, {
      ref: { id: "a", format: "openai-videos", baseUrl: url },
      id: "a",
      status: "running",
      rawStatus: "in_progress",
      progress: 0.45,
      outputs: [],
      videoUrl: null,
      error: null,
      model: "sora-2",
      createdAt: 1_760_000_000_000,
      completedAt: null,
      expiresAt: null,
      etaMs: null,
      raw: body,
    });
    const [{ request, headers }] = requests;
    assert.equal(requests.length, 1);
    assert.equal(request.method, "GET");
    assert.equal(request.url, "/v1/videos/a");
    assert.equal(headers.authorization, "Bearer sk-test");
    assert.equal(headers.accept, "application/json");
  });

  test("a snapshot survives JSON and structuredClone", async (t) => {
    const { url } = await relay(t, () => json(task("completed", { video_url: "https://cdn.example/v.mp4", expires_at: 1_760_003_600 })));
    const found = await createClient({ baseUrl: url }).query("a");
    assert.deepEqual(JSON.parse(JSON.stringify(found)), found);
    assert.deepEqual(structuredClone(found), found);
    assert.equal(Object.getPrototypeOf(found), Object.prototype);
    assert.equal(Object.getPrototypeOf(found.ref), Object.prototype);
  });

  test("a finished task: outputs, address, times", async (t) => {
    const body = task("completed", {
      video_url: "https://cdn.example/v.mp4?sig=1",
      progress: 100,
      created_at: 1,
      completed_at: 1_760_000_600,
      expires_at: 1_760_004_200,
    });
    const { url } = await relay(t, () => json(body));
    const found = await createClient({ baseUrl: url, format: "openai-videos" }).query("a");
    assert.deepEqual(
      [found.status, found.progress, found.outputs, found.videoUrl, found.completedAt, found.expiresAt],
      [
        "succeeded",
        1,
        [{ kind: "video", url: "https://cdn.example/v.mp4?sig=1" }],
        "https://cdn.example/v.mp4?sig=1",
        1_760_000_600_000,
        1_760_004_200_000,
      ],
    );
  });

  test("a failed task is a snapshot, not an error", async (t) => {
    const { url } = await relay(t, () => json(task("failed", { error: { code: "moderation_blocked", message: "Blocked." } })));
    const found = await createClient({ baseUrl: url, format: "openai-videos" }).query("a");
    assert.deepEqual([found.status, found.error], ["failed", { code: "moderation_blocked", message: "Blocked." }]);
  });

  test("the relay's words come whole, whatever they are made of", async (t) => {
    const words = [
      "\t one \n two \r\n three ",
      '"quoted" \\ {"a":1} [n]',
      "s\u0001d\u001f",
      "\u0080\u2028\u2029\ufeffx",
      "任务 🎬 é e\u0301",
      "n",
      "t",
      "f",
      "{",
      "]",
      "null",
    ];
    let word;
    const { url } = await relay(t, () => json(task(word, { error: null, own: { [word]: [word] } })));
    const client = createClient({ baseUrl: url, format: "openai-videos" });
    for (word of words) {
      const found = await client.query("a");
      assert.deepEqual([found.rawStatus, found.status, found.raw.own], [word, "unknown", { [word]: [word] }]);
    }
    const failed = await relay(t, () => json(task("failed", { error: { code: word, message: `x ${word} y` }, model: `m ${word} n` })));
    for (word of words) {
      const found = await createClient({ baseUrl: failed.url, format: "openai-videos" }).query("a");
      assert.equal(found.model, `m ${word} n`);
      if (!word.includes("{")) assert.equal(found.error.message, `x ${word} y`);
    }
  });

  test("numbers come to the last digit", async (t) => {
    let progress;
    const { url } = await relay(t, () => json({ id: "a", status: "pending", progress_pct: progress, model: "x" }));
    const client = createClient({ baseUrl: url, format: "openai-videos" });
    for (progress of [0, 1, 0.1, 0.30000000000000004, 1 / 3, 0.9302178175176704, 5e-324, Number.MIN_VALUE, 1 - Number.EPSILON / 2]) {
      assert.equal((await client.query("a")).progress, progress);
    }
  });

  for (const [spelling, prefix] of [
    ["", ""],
    ["/", ""],
    ["/v1", ""],
    ["/v1/", ""],
    ["//", ""],
    ["/relay", "/relay"],
    ["/relay/", "/relay"],
    ["/relay/v1", "/relay"],
    ["/relay/v1/", "/relay"],
    ["/a/b.c/v1", "/a/b.c"],
    ["/v1beta", "/v1beta"],
  ]) {
    test(`base URL ending in "${spelling}"`, async (t) => {
      const { url, paths } = await relay(t, () => json(task("queued")));
      const found = await createClient({ baseUrl: url + spelling, format: "openai-videos" }).query("a");
      assert.deepEqual(paths(), [`${prefix}/v1/videos/a`]);
      assert.equal(found.ref.baseUrl, url + prefix);
    });
  }

  test("a base URL as a URL object", async (t) => {
    const { url, paths } = await relay(t, () => json(task("queued")));
    await createClient({ baseUrl: new URL(`${url}/v1/`), format: "openai-videos" }).query("a");
    assert.deepEqual(paths(), ["/v1/videos/a"]);
  });

  test("the seed routes and new-api's, each with its own body", async (t) => {
    const bodies = {
      "/v1/videos/a": task("completed", { video_url: "https://cdn.example/1.mp4" }),
      "/v1/video/query?id=a": {
        id: "a",
        status: "completed",
        video_url: "https://cdn.example/2.mp4",
        status_update_time: 1_760_000_000_000,
        detail: {},
      },
      "/v1/video/generations/a": {
        code: "success",
        message: "",
        data: { task_id: "a", status: "SUCCESS", progress: "100%", result_url: "https://cdn.example/3.mp4" },
      },
    };
    const { url } = await relay(t, ({ request }) => json(bodies[request.url]));
    const urls = {};
    for (const format of ["openai-videos", "unified-video", "newapi-generations"]) {
      const found = await createClient({ baseUrl: url, format }).query("a");
      assert.deepEqual([found.status, found.ref.format], ["succeeded", format]);
      urls[format] = found.videoUrl;
    }
    assert.deepEqual(urls, {
      "openai-videos": "https://cdn.example/1.mp4",
      "unified-video": "https://cdn.example/2.mp4",
      "newapi-generations": "https://cdn.example/3.mp4",
    });
  });

  test("the body is read by its own shape, whatever the route", async (t) => {
    const unified = {
      id: "a",
      status: "pending",
      detail: { pending_info: { status: "processing", progress_pct: 0.3 } },
      status_update_time: 1,
    };
    const { url } = await relay(t, () => json(unified));
    const found = await createClient({ baseUrl: url, format: "openai-videos" }).query("a");
    assert.deepEqual([found.status, found.progress, found.ref.format], ["running", 0.3, "openai-videos"]);
  });

  test("another id in the body does not replace the one asked for", async (t) => {
    const { url } = await relay(t, () => json({ ...task("queued"), id: "upstream-7" }));
    const found = await createClient({ baseUrl: url, format: "openai-videos" }).query("mine");
    assert.deepEqual([found.id, found.ref.id, found.raw.id], ["mine", "mine", "upstream-7"]);
  });

  test("redirects on the relay are followed, with the key, and end", async (t) => {
    const { url, requests } = await relay(t, ({ path }) =>
      path.startsWith("/new") ? json(task("queued")) : reply(308, { location: "/new/v1/videos/a" }, ""),
    );
    const found = await createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos" }).query("a");
    assert.equal(found.status, "queued");
    assert.deepEqual(
      requests.map(({ headers }) => headers.authorization),
      ["Bearer sk-test", "Bearer sk-test"],
    );
    const loop = await relay(t, ({ path }) => reply(302, { location: path }, ""));
    await failure(createClient({ baseUrl: loop.url, format: "openai-videos", retries: 0 }).query("a"), "unexpected_response");
    assert.ok(loop.requests.length < 20);
  });

  test("overlapping queries on one client do not mix", async (t) => {
    const { url } = await relay(t, ({ path }) => json({ id: "x", status: "queued", model: decodeURIComponent(path.split("/").pop()) }));
    const client = createClient({ baseUrl: url, format: "openai-videos" });
    const names = Array.from({ length: 40 }, (_, index) => `task-${index}`);
    const found = await Promise.all(names.map((name) => client.query(name)));
    assert.deepEqual(
      found.map(({ model }) => model),
      names,
    );
  });

  test("HTML, an empty body and JSON of something else are no task", async (t) => {
    for (const answer of [html(), reply(200, {}, ""), json([]), json({ hello: "world" }), json("queued"), json(null), json(7)]) {
      const { url, requests } = await relay(t, () => answer);
      const error = await failure(createClient({ baseUrl: url, format: "openai-videos" }).query("a"), "unexpected_response");
      assert.deepEqual([error.httpStatus, error.ref], [200, { id: "a", format: "openai-videos", baseUrl: url }]);
      assert.equal(requests.length, 1);
    }
  });

  test("the same task asked twice gives two snapshots of their own", async (t) => {
    const { url } = await relay(t, steps(json(task("queued")), json(task("completed"))));
    const client = createClient({ baseUrl: url, format: "openai-videos" });
    const first = await client.query("a");
    first.ref.id = "changed";
    const second = await client.query("a");
    assert.deepEqual([first.status, second.status, second.ref.id], ["queued", "succeeded", "a"]);
  });
});
