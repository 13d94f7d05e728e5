// The proxy's rules: who may ask, and for what.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, ReelayError } from "../../pkg/dist/index.mjs";
import { createProxy } from "../../pkg/dist/proxy.mjs";
import { CDN, clip, finished, paths, said, secret } from "./lib/finished.mjs";
import { failure } from "./lib/outcome.mjs";
import { body, KEY, proxyOf, RELAY, storage, task, upstream } from "./lib/upstream.mjs";
import { sha256 } from "./lib/video.mjs";

describe("options", () => {
  const sound = { baseUrl: RELAY, apiKey: KEY, authorize: () => true };
  for (const [what, options] of Object.entries({
    "nothing": undefined,
    "no authorize": { ...sound, authorize: undefined },
    "authorize that is no function": { ...sound, authorize: true },
    "no key": { ...sound, apiKey: undefined },
    "a key that is no text": { ...sound, apiKey: 7 },
    "no relay": { ...sound, baseUrl: undefined },
    "a relay that is no URL": { ...sound, baseUrl: "/relay" },
    "a format nobody knows": { ...sound, format: "sora" },
    "a publicUrl that is no URL": { ...sound, publicUrl: "/api/relay" },
  })) {
    test(`${what} is refused`, () => {
      assert.throws(() => createProxy(options), (error) => error instanceof ReelayError && error.code === "invalid_argument");
    });
  }
});

describe("authorize", () => {
  const answers = {
    "false": () => false, "undefined": () => undefined, "null": () => null, "1": () => 1, '"true"': () => "true", "an object": () => ({}),
    "new Boolean(true)": () => new Boolean(true), "a promise of false": async () => false, "a promise of 1": async () => 1,
    "a promise in a function": async () => () => true,
    "an error": () => { throw new Error(`no row for ${KEY}`); },
    "a rejection": async () => { throw new ReelayError("internal", { message: "the database said sesame" }); },
    "a thrown true": () => { throw true; },
  };
  for (const [what, authorize] of Object.entries(answers)) {
    test(`${what} denies`, async () => {
      const proxy = proxyOf(finished, { authorize });
      for (const path of paths) {
        for (const method of ["GET", "HEAD"]) {
          const answer = await proxy.ask(path, { method });
          assert.equal(answer.status, 403);
          assert.equal(answer.headers.get("cache-control"), "no-store");
          const text = await said(answer);
          assert.doesNotMatch(text, /sesame|no row/);
          assert.doesNotMatch(text, secret);
        }
      }
      assert.deepEqual(proxy.asked, []);
      await failure(proxy.client().query("a"), "auth");
    });
  }

  for (const [what, authorize] of Object.entries({ "true": () => true, "a promise of true": async () => true })) {
    test(`${what} lets it pass`, async () => {
      const proxy = proxyOf(finished, { authorize });
      for (const path of paths) assert.equal((await proxy.ask(path)).status, 200, path);
    });
  }

  test("is asked before anything else, each time, with the request itself and what it wants", async () => {
    const calls = [];
    const proxy = proxyOf(finished, { authorize: (request, about) => calls.push([request.headers.get("cookie"), about]) && calls.length > 1 });
    assert.equal((await proxy.ask("/v1/videos/a%2Fb", { headers: { cookie: "session=1" } })).status, 403);
    assert.equal(proxy.asked.length, 0);
    await proxy.ask("/v1/videos/a/content");
    await proxy.ask("/v1/videos/a/content", { method: "HEAD" });
    await proxy.ask("/v1/video/query?id=x%2By");
    assert.deepEqual(calls, [
      ["session=1", { taskId: "a/b", action: "query" }], [null, { taskId: "a", action: "content" }],
      [null, { taskId: "a", action: "content" }], [null, { taskId: "x+y", action: "query" }],
    ]);
  });

  test("what it changes in `about` changes nothing", async () => {
    const proxy = proxyOf(finished, { authorize: (request, about) => { about.taskId = "b"; about.action = "query"; return true; } });
    await proxy.ask("/v1/videos/a/content");
    assert.deepEqual(proxy.urls(), [`${RELAY}/v1/videos/a`, CDN]);
  });

  test("of several users each gets only what is theirs, also once it is remembered", async () => {
    const proxy = proxyOf(finished, { authorize: (request) => request.headers.get("cookie") === "owner" });
    const as = (cookie) => proxy.ask("/v1/videos/a/content", { headers: { cookie } });
    assert.equal((await as("owner")).status, 200);
    assert.equal((await as("other")).status, 403);
  });
});

describe("ids", () => {
  for (const id of [
    "video_123", "sora-2:task_01k=", "models/veo-3/operations/a+b", "a b", "a+b", "100%", "%2e%2e", "?q=1#f", "..a", "a..", "v1", "content", "a/content", "query",
    "日本語", "\u{1f600}", "a\\b", "a'b\"c", "a;b,c", "x".repeat(400), "a.mp3", "__proto__", "constructor",
  ]) {
    test(`${JSON.stringify(id.slice(0, 30))} reaches authorize and the relay as it is`, async () => {
      const known = [];
      const wanted = `/v1/videos/${encodeURIComponent(id).replaceAll("%3A", ":").replaceAll("%3D", "=").replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
      const proxy = proxyOf((url, headers) => {
        if (url.pathname === wanted) return body(task("completed", { id, video_url: CDN }));
        return url.host === "cdn.example" ? storage(clip)(headers) : undefined;
      }, { authorize: (request, { taskId }) => known.push(taskId) > 0 });
      for (const format of ["auto", "unified-video", "newapi-generations"]) {
        const client = proxy.client({ format });
        const done = await client.query(id);
        assert.equal(done.id, id);
        assert.equal(sha256(await client.download(done).bytes()), sha256(clip));
        assert.equal(sha256(Buffer.from(await (await proxy.handle(new Request(done.videoUrl))).arrayBuffer())), sha256(clip));
      }
      assert.deepEqual([...new Set(known)], [id]);
    });
  }

  test("slashes that a server in front has unescaped are the id's", async () => {
    const known = [];
    const proxy = proxyOf(() => body(task("queued")), { authorize: (request, about) => known.push(about) > 0 });
    await proxy.ask("/v1/videos/models/veo/operations/7");
    await proxy.ask("/v1/videos/models/veo/operations/7/content");
    assert.deepEqual(known.map(({ taskId, action }) => [taskId, action]), [["models/veo/operations/7", "query"], ["models/veo/operations/7", "content"]]);
  });

  for (const path of ["/v1/videos/", "/v1/videos", "/v1/videos/%zz", "/v1/videos/%", "/v1/video/query", "/v1/video/query?id=", "/v1/video/generations/", "/v1/chat/completions", "/", "", "/v2/videos/a"]) {
    test(`${path || "nothing"} names none`, async () => {
      const proxy = proxyOf(finished, { authorize: () => assert.fail("nothing to be asked about") });
      assert.equal((await proxy.ask(path)).status, 404);
      assert.deepEqual(proxy.asked, []);
    });
  }

  test("an id that no URL can hold is refused, and reaches no relay", async () => {
    const proxy = proxyOf(finished);
    for (const id of ["x".repeat(5_000), "a%00b"]) assert.equal((await proxy.ask(`/v1/videos/${id}`)).status, 400);
    // A URL takes dot segments away, whatever they are spelt like.
    for (const id of ["..", "%2e%2e", ".", "%2E"]) assert.equal((await proxy.ask(`/v1/videos/${id}`)).status, 404);
    for (const id of ["..", ".", "%2e%2e"]) assert.equal((await proxy.ask(`/v1/video/query?id=${id}`)).status, 400);
    assert.deepEqual(proxy.asked, []);
  });
});

describe("where it is mounted", () => {
  for (const mount of ["", "/relay", "/api/relay", "/a/b%20c/d", "/v1/api"]) {
    test(mount || "at the root", async () => {
      const { fetch } = upstream(finished);
      const handle = createProxy({ baseUrl: `${RELAY}/v1/`, apiKey: KEY, authorize: () => true, fetch });
      const base = `https://app.example${mount}`;
      for (const baseUrl of [base, `${base}/`, `${base}/v1`]) {
        const client = createClient({ baseUrl, fetch: (url, init) => handle(new Request(url, init)) });
        const done = await client.wait("a");
        assert.equal(done.videoUrl, `${base}/v1/videos/a/content?output=0`);
        assert.equal(sha256(await client.download(done).bytes()), sha256(clip));
      }
    });
  }

  for (const publicUrl of ["https://public.example/x/relay", "https://public.example/x/relay/", new URL("https://public.example/x/relay/v1")]) {
    test(`addresses begin with publicUrl: ${publicUrl}`, async () => {
      const proxy = proxyOf(finished, { publicUrl });
      assert.equal((await (await proxy.ask("/v1/videos/a")).json()).video_url, "https://public.example/x/relay/v1/videos/a/content?output=0");
    });
  }

  for (const [headers, origin] of [
    [{}, "http://inner:3000"],
    [{ host: "app.example" }, "http://app.example"],
    [{ host: "app.example", "x-forwarded-proto": "https" }, "https://app.example"],
    [{ host: "app.example:8443", "x-forwarded-proto": "https, http" }, "https://app.example:8443"],
    [{ host: "app.example", "x-forwarded-proto": "javascript" }, "http://app.example"],
    [{ host: "app.example/evil?" }, "http://app.example"],
    [{ host: "a b" }, "http://inner:3000"],
  ]) {
    test(`addresses begin with the origin that was asked: ${JSON.stringify(headers)}`, async () => {
      const proxy = proxyOf(finished);
      const answer = await proxy.handle(new Request("http://inner:3000/api/v1/videos/a", { headers }));
      assert.equal((await answer.json()).video_url, `${origin}/api/v1/videos/a/content?output=0`);
    });
  }

  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"]) {
    test(`${method} is not served`, async () => {
      const proxy = proxyOf(finished, { authorize: () => assert.fail("not even asked") });
      for (const path of [...paths, "/v1/videos"]) {
        const answer = await proxy.ask(path, { method });
        assert.deepEqual([answer.status, answer.headers.get("allow"), answer.headers.get("access-control-allow-origin")], [405, "GET, HEAD", null]);
      }
      assert.deepEqual(proxy.asked, []);
    });
  }
});
