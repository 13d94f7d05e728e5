// Bodies that nothing pins, sent once more: what they repeat is held against what was delivered.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";
import { mp4, ranged, sha256, video } from "./lib/video.mjs";

const clip = video(400_000);
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", retries: 1, ...more });

/** A content path without length, tag, date or ranges; the nth answer is the nth of these: bytes, and whether they end in a cut. */
function bare(t, ...answers) {
  let nth = 0;
  return relay(t, ({ path, response }) => {
    if (!path.endsWith("/content")) return json(task("completed"));
    const [bytes, cut] = answers[Math.min(nth++, answers.length - 1)];
    // Node's fetch takes a chunked body for whole at any cut, if the connection was to be closed behind it.
    response.setHeader("connection", "keep-alive");
    response.writeHead(200, { "content-type": "video/mp4" });
    response.write(bytes, () => (cut ? setTimeout(() => response.destroy(), 30) : response.end()));
  });
}

/** What a sink got before the download failed. */
async function delivered(url, code, more) {
  const chunks = [];
  const sink = new WritableStream({ write: (chunk) => void chunks.push(chunk) });
  const error = await failure(open(url, more).download("a").pipeTo(sink), code);
  const bytes = Buffer.concat(chunks);
  assert.deepEqual([error.bytes, error.ref.id, error.task.status], [bytes.length, "a", "succeeded"]);
  return bytes;
}

const begin = (bytes, length) => [bytes.subarray(0, length), true];
const changed = (from, to) => Buffer.from(clip).fill(7, from, to);

/** An MP4 by its boxes. */
function boxed(length) {
  const bytes = video(length);
  bytes.writeUInt32BE(length - 40, 32);
  bytes.write("mdat", 36, "latin1");
  bytes.writeUInt32BE(8, length - 8);
  bytes.write("free", length - 4, "latin1");
  return bytes;
}

describe("a body that is called whole", { concurrency: true }, () => {
  const film = boxed(300_000);
  const start = async (t, answer) => {
    let nth = 0;
    const made = await relay(t, (exchange) => (exchange.path.endsWith("/content") ? answer(exchange, ++nth) : json(task("completed"))));
    return { ...made, contents: () => made.requests.filter(({ path }) => path.endsWith("/content")) };
  };
  /** No length, and the connection closed behind the body: Node's fetch takes every end of it for the right one. */
  const unframed = ({ response }, bytes) => {
    response.writeHead(200, { "content-type": "video/mp4" });
    response.write(bytes, () => setTimeout(() => response.destroy(), 30));
  };

  test("and is: asked for once", async (t) => {
    for (const length of [48, 300, 511, 512, 600, 300_000]) {
      const { url, contents } = await start(t, (exchange) => unframed(exchange, boxed(length)));
      assert.equal(sha256(await open(url).download("a").bytes()), sha256(boxed(length)), String(length));
      assert.equal(contents().length, 1, String(length));
    }
  });

  test("but was cut: continued", async (t) => {
    for (const length of [600, 150_000, 299_993, 299_999]) {
      const { url, contents } = await start(t, (exchange, nth) =>
        nth === 1 ? unframed(exchange, film.subarray(0, length)) : ranged(exchange, film),
      );
      assert.equal(sha256(await open(url).download("a").bytes()), sha256(film), String(length));
      assert.deepEqual(
        contents().map(({ headers }) => headers.range),
        [undefined, `bytes=${length}-`],
      );
    }
  });

  test("but was cut, by a server without ranges: read again", async (t) => {
    const { url, contents } = await start(t, (exchange, nth) => unframed(exchange, nth === 1 ? film.subarray(0, 150_000) : film));
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(film));
    assert.equal(contents().length, 2);
  });

  test("a length that is too small: more is asked for, and other lengths are no video", async (t) => {
    const { url } = await start(t, (exchange, nth) =>
      nth === 1 ? mp4(film.subarray(0, 100_000), { etag: '"v1"' }) : ranged(exchange, film),
    );
    await delivered(url, "download_incomplete");
  });

  test("a broken file: believed when the server says again that this is all", async (t) => {
    for (const answer of [
      (exchange) => unframed(exchange, film.subarray(0, 150_000)),
      (exchange) => (exchange.headers.range ? reply(416, { "content-range": "bytes */150000" }, "") : mp4(film.subarray(0, 150_000))),
      (exchange) => (exchange.headers.range ? reply(416, {}, "") : mp4(film.subarray(0, 150_000))),
    ]) {
      const { url, contents } = await start(t, answer);
      assert.equal((await open(url).download("a").bytes()).length, 150_000);
      assert.equal(contents().length, 2);
    }
    const { url } = await start(t, (exchange) => unframed(exchange, Buffer.concat([film, Buffer.from("abc")])));
    assert.equal((await open(url).download("a").bytes()).length, 300_003);
  });

  test("what is no MP4, or ends in something else, is taken as it is", async (t) => {
    const webm = Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), video(5000)]);
    const trailed = Buffer.concat([film, Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9])]);
    const open32 = Buffer.from(film);
    open32.writeUInt32BE(0, 32);
    const long = Buffer.concat([
      film.subarray(0, 32),
      Buffer.from("\0\0\0\x01mdat\0\0\0\0\0\x04\x93\xc0", "latin1"),
      film.subarray(40, 300_024),
    ]);
    for (const bytes of [webm, trailed, open32, long.subarray(0, 32 + 299_968), video(9000)]) {
      const { url, contents } = await start(t, (exchange) => unframed(exchange, bytes));
      assert.equal(sha256(await open(url).download("a").bytes()), sha256(bytes));
      assert.equal(contents().length, 1, String(bytes.length));
    }
  });
});

describe("a body that is sent once more", { concurrency: true }, () => {
  test("the same bytes: continued behind what was delivered", async (t) => {
    for (const length of [1, 511, 512, 4095, 4096, 4097, 70_000, 399_999, 400_000]) {
      const { url } = await bare(t, begin(clip, length), [clip, false]);
      assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip), String(length));
    }
  });

  test("the same bytes, cut again and again", async (t) => {
    const lengths = [600, 5000, 5001, 9100, 150_000, 150_001];
    const { url } = await bare(t, ...lengths.map((length) => begin(clip, length)), [clip, false]);
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
  });

  test("other bytes just before the place of the cut: none of them is delivered", async (t) => {
    for (const [from, to] of [
      [149_999, 400_000],
      [149_000, 149_001],
      [0, 400_000],
    ]) {
      const { url } = await bare(t, begin(clip, 150_000), [changed(from, to), false]);
      const bytes = await delivered(url, "download_incomplete");
      assert.ok(bytes.length > 0 && clip.subarray(0, bytes.length).equals(bytes), `${from} to ${to}`);
    }
  });

  test("a page under the same name: none of it is delivered", async (t) => {
    const page = Buffer.from(`<!doctype html><title>Busy</title>${"<p>Later".repeat(40_000)}`);
    const { url } = await bare(t, begin(clip, 150_000), [page, false]);
    const bytes = await delivered(url, "download_incomplete");
    assert.ok(clip.subarray(0, bytes.length).equals(bytes));
  });

  test("a body that ends before what was delivered is no end", async (t) => {
    const { url } = await bare(t, begin(clip, 150_000), [clip.subarray(0, 40_000), false]);
    const bytes = await delivered(url, "download_incomplete");
    assert.ok(bytes.length > 40_000);
    const recovering = await bare(t, begin(clip, 150_000), [clip.subarray(0, 40_000), false], [clip, false]);
    assert.equal(sha256(await open(recovering.url, { retries: 2 }).download("a").bytes()), sha256(clip));
  });

  test("a start too short to be known for what it is waits for the rest", async (t) => {
    const page = Buffer.from('{"error":{"message":"the address has run out"}}');
    const { url } = await bare(t, begin(page, 1), [page, false]);
    assert.equal((await delivered(url, "not_a_video")).length, 0);
    const tiny = await bare(t, [clip.subarray(0, 100), false]);
    assert.equal((await open(tiny.url).download("a").bytes()).length, 100);
  });
});
