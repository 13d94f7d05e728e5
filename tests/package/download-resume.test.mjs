// A body that is cut is continued, to the very same bytes; where that cannot be, the error says how far it came.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";
import { mp4, partly, ranged, sha256, video } from "./lib/video.mjs";

const clip = video(400_000);
const other = Buffer.from(clip).fill(7, 200_000);
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", ...more });

/** A relay whose content path is asked `content(exchange, nth)`; every other path is the finished task. */
function finished(t, content, body = task("completed")) {
  let nth = 0;
  return relay(t, (exchange) =>
    /content|\.mp4/.test(exchange.path) ? content(exchange, ++nth) : json(typeof body === "function" ? body() : body),
  );
}
const contents = (requests) => requests.filter(({ path }) => /content|\.mp4/.test(path));

describe("continuing a download", { concurrency: true }, () => {
  test("cut twice, continued with Range and If-Range, the same bytes in the end", async (t) => {
    const { url, requests } = await finished(t, (exchange, nth) => {
      const whole = ranged(exchange, clip);
      return nth < 3 ? partly(exchange, whole, 100_000, "cut") : whole;
    });
    const seen = [];
    const bytes = await open(url)
      .download("a", { onProgress: ({ bytes: count, total }) => seen.push([count, total]) })
      .bytes();
    assert.equal(sha256(bytes), sha256(clip));
    const asked = contents(requests);
    assert.equal(asked.length, 3);
    const from = asked.map(({ headers }) => Number(/^bytes=(\d+)-$/.exec(headers.range ?? "bytes=0-")[1]));
    assert.ok(from[0] === 0 && from[1] > 0 && from[2] > from[1] && from[2] <= 200_000, String(from));
    assert.deepEqual(
      asked.map(({ headers }) => headers["if-range"]),
      [undefined, '"v1"', '"v1"'],
    );
    assert.ok(
      seen.every(([count, total], index) => total === clip.length && count > (seen[index - 1]?.[0] ?? 0)),
      "no byte is counted twice",
    );
    assert.equal(asked[1].headers.authorization, "Bearer sk-test");
  });

  test("through pipeTo: every byte once", async (t) => {
    const { url } = await finished(t, (exchange, nth) =>
      nth === 1 ? partly(exchange, ranged(exchange, clip), 150_000, "cut") : ranged(exchange, clip),
    );
    const chunks = [];
    const result = await open(url)
      .download("a")
      .pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
    assert.deepEqual([result.bytes, sha256(Buffer.concat(chunks))], [clip.length, sha256(clip)]);
  });

  test("a stalled body is continued after idleTimeoutMs", async (t) => {
    const { url, requests, idle } = await finished(t, (exchange, nth) =>
      nth === 1 ? partly(exchange, ranged(exchange, clip), 120_000, "stall") : ranged(exchange, clip),
    );
    const bytes = await open(url).download("a", { idleTimeoutMs: 150 }).bytes();
    assert.equal(sha256(bytes), sha256(clip));
    assert.match(contents(requests)[1].headers.range, /^bytes=\d{5,6}-$/);
    await idle();
  });

  test("a body that stalls before its first byte is asked again", async (t) => {
    const { url } = await finished(t, (exchange, nth) =>
      nth === 1 ? void exchange.response.writeHead(200, { "content-type": "video/mp4" }).flushHeaders() : mp4(clip),
    );
    assert.equal(sha256(await open(url).download("a", { idleTimeoutMs: 150 }).bytes()), sha256(clip));
  });

  test("a slow body that keeps moving is no stall", async (t) => {
    const { url, requests } = await finished(t, async ({ response }) => {
      response.writeHead(200, { "content-type": "video/mp4", "content-length": 16_000 });
      for (let at = 0; at < 16_000; at += 1000) {
        response.write(clip.subarray(at, at + 1000));
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      response.end();
    });
    const bytes = await open(url).download("a", { idleTimeoutMs: 2000 }).bytes();
    assert.equal(sha256(bytes), sha256(clip.subarray(0, 16_000)));
    assert.equal(contents(requests).length, 1);
  });

  test("a body that ends early, without a cut, is continued", async (t) => {
    // The length is told by the fetch of the test's own: over HTTP a short body is a cut.
    const { url } = await relay(t, () => json(task("completed")));
    let nth = 0;
    const ranges = [];
    const own = async (address, init) => {
      if (!address.endsWith("/content")) return fetch(address, init);
      const headers = Object.fromEntries(new Headers(init.headers));
      ranges.push(headers.range);
      const { status, headers: answer, body } = ranged({ headers }, clip);
      return new Response(++nth === 1 ? body.subarray(0, 90_000) : body, { status, headers: answer });
    };
    assert.equal(sha256(await open(url, { fetch: own }).download("a").bytes()), sha256(clip));
    assert.deepEqual(ranges, [undefined, "bytes=90000-"]);
  });

  test("a server that ignores Range: what was delivered is skipped", async (t) => {
    const { url, requests } = await finished(t, (exchange, nth) =>
      nth === 1 ? partly(exchange, mp4(clip, { etag: '"v1"' }), 130_000, "cut") : mp4(clip, { etag: '"v1"' }),
    );
    const seen = [];
    const bytes = await open(url)
      .download("a", { onProgress: ({ bytes: count }) => seen.push(count) })
      .bytes();
    assert.equal(sha256(bytes), sha256(clip));
    assert.ok(contents(requests)[1].headers.range);
    assert.ok(seen.every((count, index) => count > (seen[index - 1] ?? 0)));
  });

  test("a server that answers an earlier part: the overlap is skipped", async (t) => {
    const { url } = await finished(t, (exchange, nth) => {
      if (nth === 1) return partly(exchange, ranged(exchange, clip), 130_000, "cut");
      const headers = { ...exchange.headers, range: "bytes=50000-" };
      return ranged({ headers }, clip);
    });
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
  });

  test("a server that answers a later part: the whole is asked for again", async (t) => {
    const { url, requests } = await finished(t, (exchange, nth) => {
      if (nth === 1) return partly(exchange, ranged(exchange, clip), 130_000, "cut");
      return exchange.headers.range ? ranged({ headers: { range: "bytes=300000-" } }, clip) : mp4(clip, { etag: '"v1"' });
    });
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
    assert.ok(!("range" in contents(requests).at(-1).headers));
  });

  test("416 or an older new-api's 502 to a range: the whole is asked for again", async (t) => {
    for (const refusal of [
      reply(416, { "content-range": "bytes */7" }, ""),
      json({ error: { message: "Upstream service returned status 206" } }, 502),
    ]) {
      const { url, requests } = await finished(t, (exchange, nth) => {
        if (nth === 1) return partly(exchange, mp4(clip), 130_000, "cut");
        return exchange.headers.range ? refusal : mp4(clip);
      });
      assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
      assert.deepEqual(
        contents(requests).map(({ headers }) => "range" in headers),
        [false, true, false],
      );
    }
  });

  test("other bytes than before: download_incomplete, with ref, task and bytes", async (t) => {
    const { url } = await finished(t, (exchange, nth) =>
      nth === 1 ? partly(exchange, ranged(exchange, clip, '"v1"'), 150_000, "cut") : ranged(exchange, other, '"v2"'),
    );
    const chunks = [];
    const sink = new WritableStream({ write: (chunk) => void chunks.push(chunk) });
    const error = await failure(open(url).download("a").pipeTo(sink), "download_incomplete");
    const delivered = Buffer.concat(chunks);
    assert.deepEqual([error.ref.id, error.task.status, error.bytes], ["a", "succeeded", delivered.length]);
    assert.ok(delivered.length > 0 && clip.subarray(0, delivered.length).equals(delivered), "nothing of the other bytes was delivered");
  });

  test("another length than before, without an ETag: download_incomplete", async (t) => {
    const { url } = await finished(t, (exchange, nth) =>
      nth === 1 ? partly(exchange, mp4(clip), 150_000, "cut") : mp4(clip.subarray(0, 390_000)),
    );
    const error = await failure(open(url).download("a").bytes(), "download_incomplete");
    assert.ok(error.bytes > 0 && error.bytes <= 150_000);
  });

  test("a weak ETag is no ground for If-Range; the date is", async (t) => {
    const date = "Sat, 21 Nov 2026 10:00:00 GMT";
    const { url, requests } = await finished(t, (exchange, nth) => {
      const whole = mp4(clip, { etag: 'W/"v1"', "last-modified": date });
      return nth === 1 ? partly(exchange, whole, 100_000, "cut") : whole;
    });
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
    assert.equal(contents(requests)[1].headers["if-range"], date);
  });

  test("a compressed body is never continued by Range", async (t) => {
    const packed = gzipSync(clip);
    const headers = { "content-type": "video/mp4", "content-encoding": "gzip", "content-length": packed.length, etag: '"gz"' };
    const { url, requests } = await finished(t, (exchange, nth) =>
      nth === 1 ? partly(exchange, reply(200, headers, packed), 200_000, "cut") : reply(200, headers, packed),
    );
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
    assert.deepEqual(
      contents(requests).map(({ headers: { range } }) => range),
      [undefined, undefined],
    );
  });

  test("every continuation fails: download_incomplete, with how far it came", async (t) => {
    const { url, requests } = await finished(t, (exchange, nth) => {
      if (nth === 1) return partly(exchange, ranged(exchange, clip), 150_000, "cut");
      exchange.request.socket.destroy();
    });
    const error = await failure(open(url, { retries: 2 }).download("a").bytes(), "download_incomplete");
    assert.ok(error.bytes > 0 && error.bytes <= 150_000);
    assert.deepEqual([error.ref.id, error.task.status], ["a", "succeeded"]);
    assert.equal(contents(requests).length, 4 - 1);
  });

  test("retries of 0: the first cut is the end", async (t) => {
    const { url, requests } = await finished(t, (exchange) => partly(exchange, ranged(exchange, clip), 150_000, "cut"));
    await failure(open(url, { retries: 0 }).download("a").bytes(), "download_incomplete");
    assert.equal(contents(requests).length, 1);
  });

  test("each piece that arrives gives the retries back", async (t) => {
    const { url, requests } = await finished(t, (exchange, nth) => {
      const whole = ranged(exchange, clip);
      return nth <= 3 ? partly(exchange, whole, 80_000, "cut") : whole;
    });
    assert.equal(sha256(await open(url, { retries: 1 }).download("a").bytes()), sha256(clip));
    assert.equal(contents(requests).length, 4);
  });

  test("an address that has expired is replaced by asking the task again, and its bytes continued", async (t) => {
    let asked = 0;
    let base;
    const body = () => task("completed", { video_url: `${base}/v${++asked}.mp4` });
    const { url, paths, requests } = await finished(
      t,
      (exchange, nth) => {
        if (nth === 1) return partly(exchange, ranged(exchange, clip), 100_000, "cut");
        return exchange.path === "/v1.mp4"
          ? reply(403, { "content-type": "application/xml" }, "<Error><Code>AccessDenied</Code></Error>")
          : ranged(exchange, clip);
      },
      body,
    );
    base = url;
    const bytes = await open(url).download("a").bytes();
    assert.equal(sha256(bytes), sha256(clip));
    assert.deepEqual(paths(), ["/v1/videos/a", "/v1.mp4", "/v1.mp4", "/v1/videos/a", "/v2.mp4"]);
    assert.match(requests.at(-1).headers.range, /^bytes=\d+-$/);
  });

  test("an address that had expired before the first byte, likewise; and only once", async (t) => {
    for (const dead of [
      reply(403, {}, ""),
      reply(404, {}, ""),
      reply(410, {}, ""),
      reply(200, { "content-type": "video/mp4" }, "<Error>expired</Error>"),
    ]) {
      let asked = 0;
      let base;
      const body = () => task("completed", { video_url: `${base}/v${++asked}.mp4` });
      const alive = await finished(t, ({ path }) => (path === "/v1.mp4" ? dead : mp4(clip)), body);
      base = alive.url;
      assert.equal(sha256(await open(alive.url).download("a").bytes()), sha256(clip));
      assert.deepEqual(alive.paths(), ["/v1/videos/a", "/v1.mp4", "/v1/videos/a", "/v2.mp4"]);
      const gone = await finished(t, () => dead, body);
      base = gone.url;
      const error = await open(gone.url)
        .download("a")
        .bytes()
        .catch((reason) => reason);
      assert.deepEqual([error.name, error.ref.id, error.task.status], ["ReelayError", "a", "succeeded"]);
      assert.ok(gone.requests.length <= 8, `${gone.requests.length} requests`);
    }
  });
});
