// The bytes through a proxy: parts, conditions, what is no video, and where they may come from.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure } from "./lib/outcome.mjs";
import { body, KEY, proxyOf, RELAY, storage, task } from "./lib/upstream.mjs";
import { sha256, video } from "./lib/video.mjs";

const clip = video(50_000);
const CDN = "https://cdn.example/v.mp4?sig=1";
const MODIFIED = "Mon, 02 Nov 2026 10:00:00 GMT";
/** A finished task; its bytes come from `serve`. */
const with_ = (serve, more) => (url, headers) =>
  url.host === "cdn.example" ? serve(headers, url) : url.pathname === "/v1/videos/a" ? body(task("completed", { video_url: CDN, ...more })) : undefined;
const bytesOf = async (answer) => Buffer.from(await answer.arrayBuffer());
const CONTENT = "/v1/videos/a/content";

describe("a part", () => {
  const whole = [200, null, clip];
  const part = (from, to) => [206, `bytes ${from}-${to - 1}/50000`, clip.subarray(from, to)];
  const none = [416, "bytes */50000", Buffer.alloc(0)];
  const cases = [
    [{}, whole],
    [{ range: "bytes=0-" }, part(0, 50_000)],
    [{ range: "bytes=0-0" }, part(0, 1)],
    [{ range: "bytes=0-1" }, part(0, 2)],
    [{ range: "bytes=0-511" }, part(0, 512)],
    [{ range: "bytes=40000-" }, part(40_000, 50_000)],
    [{ range: "bytes=40000-40009" }, part(40_000, 40_010)],
    [{ range: "bytes=49999-" }, part(49_999, 50_000)],
    [{ range: "bytes=40000-90000" }, part(40_000, 50_000)],
    [{ range: "bytes=-1" }, part(49_999, 50_000)],
    [{ range: "bytes=-500" }, part(49_500, 50_000)],
    [{ range: "bytes=-90000" }, part(0, 50_000)],
    [{ range: "bytes=50000-" }, none],
    [{ range: "bytes=60000-70000" }, none],
    // Several parts, and what is none.
    [{ range: "bytes=0-1,5-6" }, whole],
    [{ range: "bytes=" }, whole],
    [{ range: "bytes=-" }, whole],
    [{ range: "bytes=a-b" }, whole],
    [{ range: "items=0-5" }, whole],
    // Only of the version that the browser has.
    [{ range: "bytes=100-199", "if-range": '"v1"' }, part(100, 200)],
    [{ range: "bytes=100-199", "if-range": MODIFIED }, part(100, 200)],
    [{ range: "bytes=100-199", "if-range": '"v0"' }, whole],
    [{ "if-range": '"v0"' }, whole],
  ];
  for (const [headers, [status, range, bytes]] of cases) {
    test(JSON.stringify(headers), async () => {
      const proxy = proxyOf(with_(storage(clip)));
      for (const method of ["GET", "HEAD"]) {
        const answer = await proxy.ask(CONTENT, { method, headers });
        assert.deepEqual([answer.status, answer.headers.get("content-range"), answer.headers.get("etag")], [status, range, '"v1"']);
        assert.equal(answer.headers.get("content-length"), status === 416 ? null : String(bytes.length));
        assert.ok((await bytesOf(answer)).equals(method === "HEAD" ? Buffer.alloc(0) : bytes));
      }
      // What is no single part is not asked for, nor on a condition.
      const [{ headers: asked }] = proxy.asked.filter(({ url }) => url === CDN);
      const single = range !== null || status === 416 || headers["if-range"] === '"v0"' && headers.range;
      assert.deepEqual([asked.range, asked["if-range"]], single ? [headers.range, headers["if-range"]] : [undefined, undefined]);
      // The relay is asked once, however many parts are wanted.
      assert.equal(proxy.urls().filter((url) => url.startsWith(RELAY)).length, 1);
    });
  }

  for (const [headers, status] of [
    [{ "if-none-match": '"v1"' }, 304], [{ "if-none-match": '"v0"' }, 200], [{ "if-modified-since": MODIFIED }, 304],
    [{ "if-modified-since": "Sun, 01 Nov 2026 10:00:00 GMT" }, 200], [{ "if-none-match": '"v1"', range: "bytes=0-9" }, 304],
  ]) {
    test(`${JSON.stringify(headers)} is ${status}`, async () => {
      const proxy = proxyOf(with_(storage(clip)));
      for (const method of ["GET", "HEAD"]) {
        const answer = await proxy.ask(CONTENT, { method, headers });
        assert.deepEqual([answer.status, answer.headers.get("etag"), answer.headers.get("last-modified")], [status, '"v1"', MODIFIED]);
        assert.equal((await bytesOf(answer)).length, status === 304 || method === "HEAD" ? 0 : clip.length);
      }
    });
  }

  test("304 and 416 that nobody asked for are failures", async () => {
    for (const status of [304, 416]) {
      const proxy = proxyOf(with_(() => new Response(null, { status })));
      assert.ok((await proxy.ask(CONTENT)).status >= 400);
    }
  });

  test("of a server that knows no parts the whole comes", async () => {
    const proxy = proxyOf(with_(() => new Response(clip, { headers: { "content-type": "video/mp4" } })));
    const answer = await proxy.ask(CONTENT, { headers: { range: "bytes=100-" } });
    assert.deepEqual([answer.status, sha256(await bytesOf(answer))], [200, sha256(clip)]);
  });

  test("of a relay that cannot pass a part on the whole comes", async () => {
    const proxy = proxyOf((url, headers) => {
      if (!url.pathname.endsWith("/content")) return body(task("completed"));
      return headers.has("range") ? body({ error: { message: "upstream returned status 206" } }, 502) : storage(clip)(headers);
    });
    const answer = await proxy.ask(CONTENT, { headers: { range: "bytes=0-", "if-range": '"v1"' } });
    assert.deepEqual([answer.status, sha256(await bytesOf(answer))], [200, sha256(clip)]);
  });

  test("a part that another part answers is passed on as what it is", async () => {
    const proxy = proxyOf(with_(() => new Response(clip.subarray(10, 20), { status: 206, headers: { "content-range": "bytes 10-19/50000", "content-type": "video/mp4" } })));
    const answer = await proxy.ask(CONTENT, { headers: { range: "bytes=0-9" } });
    assert.deepEqual([answer.status, answer.headers.get("content-range")], [206, "bytes 10-19/50000"]);
  });

  for (const [name, more] of Object.entries({ base64: { base64: clip.toString("base64") }, "data_url": { data_url: `data:video/mp4;base64,${clip.toString("base64")}` } })) {
    test(`of bytes that the relay gives as ${name}`, async () => {
      const proxy = proxyOf((url) => (url.pathname.endsWith("/content") ? body(more) : body(task("completed"))));
      for (const [headers, [status, range, bytes]] of cases.filter(([headers]) => !headers["if-range"])) {
        for (const method of ["GET", "HEAD"]) {
          const answer = await proxy.ask(CONTENT, { method, headers });
          assert.deepEqual([answer.status, answer.headers.get("content-range")], [status, range], JSON.stringify(headers));
          assert.ok((await bytesOf(answer)).equals(method === "HEAD" ? Buffer.alloc(0) : bytes));
        }
      }
      // Nothing tells its version: the whole.
      assert.equal((await proxy.ask(CONTENT, { headers: { range: "bytes=5-9", "if-range": '"v1"' } })).status, 200);
    });
  }
});

describe("a browser that goes away", () => {
  /** A body that never ends, and how it was given up. */
  function endless() {
    let given;
    const gone = new Promise((resolve) => { given = resolve; });
    const serve = () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(clip.slice()), cancel: given }), { headers: { "content-type": "video/mp4" } });
    return { serve, gone };
  }

  test("and gives up the body ends the relay's", async () => {
    const { serve, gone } = endless();
    const answer = await proxyOf(with_(serve)).ask(CONTENT);
    const reader = answer.body.getReader();
    await reader.read();
    await reader.cancel("enough");
    assert.equal(await gone, "enough");
  });

  test("and aborts its request ends the relay's, and what it reads is cut and not complete", async () => {
    const { serve, gone } = endless();
    const stop = new AbortController();
    const answer = await proxyOf(with_(serve)).ask(CONTENT, { signal: stop.signal });
    const reader = answer.body.getReader();
    await reader.read();
    const reason = new Error("closed the tab");
    stop.abort(reason);
    assert.equal(await gone, reason);
    await assert.rejects(async () => { while (!(await reader.read()).done); }, reason);
  });

  test("and asked for the head only ends the relay's", async () => {
    const { serve, gone } = endless();
    const answer = await proxyOf(with_(serve)).ask(CONTENT, { method: "HEAD" });
    assert.deepEqual([answer.status, answer.body], [200, null]);
    await gone;
  });

  test("before its page has been told from a video ends the relay's", async () => {
    const stop = new AbortController();
    const proxy = proxyOf(with_(() => new Response(new ReadableStream({ pull() { stop.abort(); return new Promise(() => {}); } }), { headers: { "content-type": "video/mp4" } })));
    assert.equal((await proxy.ask(CONTENT, { signal: stop.signal })).status, 499);
  });
});

describe("what is no video", () => {
  const page = "<!doctype html><script>alert(document.cookie)</script>".padEnd(2_000);
  const served = (bytes, type, more = {}) => with_(() => new Response(bytes, { headers: { ...(type && { "content-type": type }), ...more } }));
  for (const [what, serve] of Object.entries({
    "a page": served(page, "text/html; charset=utf-8"),
    "a page called a video": served(page, "video/mp4"),
    "a page called nothing": served(new TextEncoder().encode(page)),
    "a short page called bytes": served("<html><script>1</script>", "application/octet-stream"),
    "XHTML": served(page, "application/xhtml+xml"),
    "XML": served("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "application/xml"),
    "an SVG by its start": served("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "video/mp4"),
    "JSON": served('{"error":"gone"}', "application/json"),
    "JSON called a video": served('{"error":"gone"}', "video/mp4"),
    "nothing at all": served("", "video/mp4"),
  })) {
    test(`${what} is not passed on`, async () => {
      const proxy = proxyOf(serve);
      for (const path of [CONTENT, `${CONTENT}?output=0`]) {
        for (const headers of [{}, { range: "bytes=0-" }]) {
          const answer = await proxy.ask(path, { headers });
          assert.ok(answer.status >= 400, `${answer.status}`);
          assert.equal(answer.headers.get("content-type"), "application/json");
          assert.doesNotMatch(await answer.text(), /script|AccessDenied|onload/);
        }
      }
      const code = { "nothing at all": "download_incomplete", JSON: "rejected" }[what] ?? "not_a_video";
      await failure(proxy.client({ retries: 0 }).download("a").bytes(), code);
      await failure(proxy.direct({ retries: 0 }).download("a").bytes(), code);
    });
  }

  for (const [type, shown] of [
    ["video/mp4", "video/mp4"], ['video/mp4; codecs="avc1.42E01E"', 'video/mp4; codecs="avc1.42E01E"'], ["VIDEO/WebM", "video/webm"], ["audio/mpeg", "audio/mpeg"], ["image/png", "image/png"],
    [null, "application/octet-stream"], ["binary/octet-stream", "application/octet-stream"], ["image/svg+xml", "application/octet-stream"],
    ["text/javascript", "application/octet-stream"], ["text/plain", "application/octet-stream"], ["application/pdf", "application/octet-stream"], ["text/css", "application/octet-stream"],
    ["application/wasm", "application/octet-stream"], ["video/mp4, text/html", "application/octet-stream"], ["multipart/x-mixed-replace", null],
  ]) {
    test(`bytes called ${type} are ${shown ?? "refused"}, and nothing that runs`, async () => {
      const proxy = proxyOf(served(clip, type));
      const answer = await proxy.ask(CONTENT);
      if (shown === null) return assert.ok(answer.status >= 400);
      assert.equal(answer.headers.get("content-type").toLowerCase(), shown.toLowerCase());
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      assert.equal(answer.headers.get("content-security-policy"), "sandbox");
      await answer.body.cancel();
    });
  }

  test("a part of a page from its middle is bytes, and nothing that runs", async () => {
    const proxy = proxyOf(with_((headers) => storage(Buffer.from(page), { type: "application/octet-stream" })(headers)));
    const answer = await proxy.ask(CONTENT, { headers: { range: "bytes=15-" } });
    assert.deepEqual([answer.status, answer.headers.get("content-type"), answer.headers.get("x-content-type-options"), answer.headers.get("content-security-policy")],
      [206, "application/octet-stream", "nosniff", "sandbox"]);
    const called = proxyOf(with_((headers) => storage(Buffer.from(page), { type: "text/html" })(headers)));
    assert.equal((await called.ask(CONTENT, { headers: { range: "bytes=15-" } })).status, 502);
  });

  test("packed bytes have no length, no parts and no version of the plain ones", async () => {
    // What fetch has unpacked still says how it came.
    const proxy = proxyOf(served(clip, "video/mp4", { "content-encoding": "gzip", "content-length": "777", etag: '"packed"', "accept-ranges": "bytes" }));
    const answer = await proxy.ask(CONTENT);
    for (const name of ["content-length", "content-encoding", "etag", "accept-ranges"]) assert.equal(answer.headers.get(name), null, name);
    assert.equal(sha256(await bytesOf(answer)), sha256(clip));
  });
});

describe("where bytes come from", () => {
  const named = (video_url) => (url, headers) => {
    if (url.pathname === "/v1/videos/a") return body(task("completed", { video_url }));
    return url.pathname.endsWith("/content") && url.origin === RELAY ? undefined : storage(clip)(headers);
  };
  for (const address of [
    "http://169.254.169.254/latest/meta-data", "http://127.0.0.1:8080/a", "https://127.0.0.1/a", "https://10.0.0.1/a", "https://[::1]/a", "https://[::ffff:10.0.0.1]/a",
    "https://192.168.1.1/a", "https://localhost/a", "https://metadata.google.internal/a", "https://intranet/a", "http://cdn.example/a", "https://user:pw@cdn.example/a",
  ]) {
    test(`${address} is not asked`, async () => {
      for (const handler of [
        named(address),
        // A redirect, and JSON that names it, are no better.
        (url, headers) => (url.pathname === "/v1/videos/a" ? body(task("completed")) : url.origin === RELAY ? new Response(null, { status: 302, headers: { location: address } }) : storage(clip)(headers)),
        (url, headers) => (url.pathname === "/v1/videos/a" ? body(task("completed")) : url.origin === RELAY ? body({ url: address }) : storage(clip)(headers)),
      ]) {
        const proxy = proxyOf(handler);
        const answer = await proxy.ask(CONTENT);
        assert.equal((await answer.json()).error.reelay, "unsafe_url");
        assert.ok(proxy.urls().every((url) => url.startsWith(RELAY)), proxy.urls().join());
        await failure(proxy.client({ retries: 0 }).download("a").bytes(), "unsafe_url");
      }
    });
  }

  test("no request can name one", async () => {
    const proxy = proxyOf(with_(storage(clip)));
    for (const query of ["?url=https://evil.example/", "?video_url=https://evil.example/", "?id=b", "?output=https://evil.example/", "?variant=https://evil.example/"]) {
      await (await proxy.ask(CONTENT + query, { headers: { "x-forwarded-host": "evil.example", forwarded: "host=evil.example" } })).text();
    }
    const task = await (await proxy.ask("/v1/videos/a", { headers: { "x-forwarded-host": "evil.example", origin: "https://evil.example" } })).text();
    assert.ok(!proxy.urls().join().includes("evil") && !task.includes("evil"));
  });

  test("redirects without end are ended", async () => {
    const proxy = proxyOf(with_((headers, url) => new Response(null, { status: 302, headers: { location: `${CDN}${url.search.length}` } })));
    assert.ok((await proxy.ask(CONTENT)).status >= 500);
    assert.ok(proxy.asked.length < 40);
  });

  test("an address that has run out is asked for anew, once, and the part is still a part", async () => {
    let fresh = 0;
    const proxy = proxyOf((url, headers) => {
      if (url.pathname === "/v1/videos/a") return body(task("completed", { video_url: `https://cdn.example/v.mp4?sig=${++fresh}` }));
      if (url.host !== "cdn.example") return undefined;
      return url.search === `?sig=${fresh}` && fresh > 1 ? storage(clip)(headers) : new Response("<Error/>", { status: 403, headers: { "content-type": "application/xml" } });
    });
    const headers = { range: "bytes=40000-" };
    const first = await proxy.ask(CONTENT, { headers });
    assert.deepEqual([first.status, sha256(await bytesOf(first))], [206, sha256(clip.subarray(40_000))]);
    assert.deepEqual(proxy.urls(), [`${RELAY}/v1/videos/a`, "https://cdn.example/v.mp4?sig=1", `${RELAY}/v1/videos/a`, "https://cdn.example/v.mp4?sig=2"]);
    assert.ok(proxy.asked.filter(({ url }) => url.startsWith("https://cdn")).every((asked) => asked.headers.range === "bytes=40000-"));
    // What has run out is not tried again.
    const from = proxy.asked.length;
    assert.equal((await proxy.ask(CONTENT, { headers })).status, 206);
    assert.deepEqual(proxy.urls().slice(from), [`${RELAY}/v1/videos/a`, "https://cdn.example/v.mp4?sig=3"]);
  });

  test("what came in the video's place is given up before another place is asked", async () => {
    const ends = [];
    let given;
    const gone = new Promise((resolve) => { given = resolve; });
    const page = () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.from("<!doctype html>".padEnd(600))), cancel: () => given(ends.push("page")) }), {
      headers: { "content-type": "video/mp4" },
    });
    let fresh = 0;
    const proxy = proxyOf((url, headers) => {
      if (url.pathname === "/v1/videos/a") return body(task("completed", { video_url: `https://cdn.example/${fresh++}.mp4` }));
      return url.pathname === "/0.mp4" ? page() : (ends.push("video"), storage(clip)(headers));
    });
    assert.equal(sha256(await bytesOf(await proxy.ask(CONTENT))), sha256(clip));
    await gone;
    assert.deepEqual(ends, ["page", "video"]);
  });

  test("an address that stays refused is an error, and the whole is not asked for in its place", async () => {
    const proxy = proxyOf(with_(() => new Response(null, { status: 404 })));
    assert.equal((await proxy.ask(CONTENT, { headers: { range: "bytes=5-" } })).status, 404);
    assert.ok(proxy.asked.length <= 5, proxy.urls().join());
  });

  test("each output has its address, and each variant", async () => {
    const films = [video(20_000), Buffer.from(`\x89PNG\r\n\x1a\n${"cover".repeat(200)}`, "latin1"), video(30_000)];
    const proxy = proxyOf((url, headers) => {
      if (url.pathname === "/vidu/ent/v2/tasks/a/creations") {
        return body({ id: "a", state: "success", creations: [{ url: "https://cdn.example/0.mp4", cover_url: "https://cdn.example/1.png" }, { url: "https://cdn.example/2.mp4" }] });
      }
      return storage(films[Number(/(\d)\./.exec(url.pathname)[1])], { type: url.pathname.endsWith("png") ? "image/png" : "video/mp4" })(headers);
    }, { format: "vidu" });
    const client = proxy.client();
    const done = await client.wait("a");
    assert.deepEqual(done.outputs.map(({ kind }) => kind), ["video", "cover", "video"]);
    for (const [output, film] of films.entries()) {
      assert.equal(sha256(await client.download(done, { output }).bytes()), sha256(film));
      assert.equal(sha256(await bytesOf(await proxy.handle(new Request(done.outputs[output].url)))), sha256(film));
    }
    const blob = await client.download(done, { variant: "thumbnail" }).blob();
    assert.deepEqual([blob.type, blob.size], ["image/png", films[1].length]);
    for (const query of ["?output=3", "?output=-1", "?output=x", "?output=1e3", "?variant=poster"]) {
      const answer = await proxy.ask(CONTENT + query);
      assert.deepEqual([answer.status, (await answer.json()).error.reelay], [400, "invalid_argument"], query);
    }
  });

  test("the thumbnail of the relay's content path", async () => {
    const proxy = proxyOf((url, headers) => (url.pathname.endsWith("/content") ? storage(Buffer.from(`RIFF${url.search}`.padEnd(900)), { type: "image/webp" })(headers) : body(task("completed"))));
    for (const variant of ["thumbnail", "spritesheet"]) {
      assert.match(Buffer.from(await proxy.client().download("a", { variant }).bytes()).toString(), new RegExp(`variant=${variant}`));
    }
  });

  test("a task that is not finished has none yet", async () => {
    for (const status of ["queued", "in_progress", "odd"]) {
      const proxy = proxyOf(() => body(task(status)));
      const answer = await proxy.ask(CONTENT);
      assert.deepEqual([answer.status, (await answer.json()).error.reelay], [409, "rejected"]);
    }
    for (const [status, code] of [["failed", "task_failed"], ["expired", "task_expired"]]) {
      const proxy = proxyOf(() => body(task(status)));
      assert.equal((await (await proxy.ask(CONTENT)).json()).error.reelay, code);
    }
  });

  test("what is remembered of tasks is bounded", async () => {
    const proxy = proxyOf((url, headers) => (url.host === "cdn.example" ? storage(clip)(headers) : body(task("completed", { video_url: CDN }))));
    const ask = async (id) => (await proxy.ask(`/v1/videos/${id}/content`, { method: "HEAD" })).status;
    for (let id = 0; id < 300; id++) assert.equal(await ask(id), 200);
    const count = proxy.asked.length;
    await ask(299);
    assert.equal(proxy.asked.length, count + 1, "the last is known");
    await ask(0);
    assert.equal(proxy.asked.length, count + 3, "the first is not");
  });
});
