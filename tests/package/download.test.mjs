// download(): lazy, four ways to read, progress, bounds, and letting go.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, pause, thrown, within } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";
import { mp4, partly, sha256, video } from "./lib/video.mjs";

const clip = video(300_000);
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", retries: 0, ...more });
const isContent = ({ path }) => path.endsWith("/content");

/** A relay whose task `a` is finished, and whose content path answers as told. */
const finished = (t, content, body = task("completed")) => relay(t, (exchange) => (isContent(exchange) ? content(exchange) : json(body)));

/** The finished task as query() gives it, for a download without a wait. */
const taskOf = (url, more = {}) => ({
  ref: { id: "a", format: "openai-videos", baseUrl: url },
  id: "a",
  status: "succeeded",
  rawStatus: "completed",
  progress: 1,
  outputs: [],
  videoUrl: null,
  error: null,
  model: null,
  createdAt: null,
  completedAt: null,
  expiresAt: null,
  raw: { id: "a", status: "completed" },
  ...more,
});

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("download", { concurrency: true }, () => {
  test("nothing is asked until it is read", async (t) => {
    const { url, requests } = await finished(t, () => mp4(clip));
    const download = open(url).download("a");
    const stream = download.stream();
    await pause(50);
    assert.equal(requests.length, 0);
    assert.equal(sha256(await read(stream)), sha256(clip));
    assert.equal(requests.length, 2);
  });

  test("bytes()", async (t) => {
    const { url, requests } = await finished(t, () => mp4(clip));
    const bytes = await open(url).download("a").bytes();
    assert.ok(bytes instanceof Uint8Array);
    assert.equal(sha256(bytes), sha256(clip));
    assert.deepEqual(
      requests.map(({ request }) => request.url),
      ["/v1/videos/a", "/v1/videos/a/content"],
    );
    assert.equal(requests[1].headers.authorization, "Bearer sk-test");
    assert.ok(!("range" in requests[1].headers));
  });

  test("blob(), with its media type", async (t) => {
    const { url } = await finished(t, () => mp4(clip));
    const blob = await open(url).download("a").blob();
    assert.deepEqual([blob.type, blob.size], ["video/mp4", clip.length]);
    assert.equal(sha256(Buffer.from(await blob.arrayBuffer())), sha256(clip));
  });

  test("pipeTo()", async (t) => {
    const { url } = await finished(t, () => mp4(clip));
    const chunks = [];
    let closed = false;
    const sink = new WritableStream({ write: (chunk) => void chunks.push(chunk), close: () => void (closed = true) });
    assert.deepEqual(await open(url).download("a").pipeTo(sink), { bytes: clip.length, mediaType: "video/mp4" });
    assert.deepEqual([sha256(Buffer.concat(chunks)), closed], [sha256(clip), true]);
  });

  test("stream() holds one chunk at a time: a slow reader slows the relay", async (t) => {
    let sent = 0;
    const { url } = await finished(t, async ({ response }) => {
      response.writeHead(200, { "content-type": "video/mp4" });
      response.write(clip.subarray(0, 1000));
      while (sent < 64 && !response.destroyed) {
        sent++;
        if (!response.write(Buffer.alloc(1 << 20))) await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
      }
      response.end();
    });
    const reader = open(url).download(taskOf(url)).stream().getReader();
    await reader.read();
    await pause(300);
    assert.ok(sent < 32, `${sent} MB were taken in while one chunk was read`);
    await reader.cancel();
  });

  test("each reading is a download of its own", async (t) => {
    const { url, requests } = await finished(t, () => mp4(clip));
    const download = open(url).download(taskOf(url));
    const [first, second] = await Promise.all([download.bytes(), download.blob()]);
    assert.deepEqual([first.length, second.size, requests.length], [clip.length, clip.length, 2]);
  });

  test("a string is waited for, with the wait's options", async (t) => {
    let polls = 0;
    const { url } = await relay(t, (exchange) => (isContent(exchange) ? mp4(clip) : json(task(++polls < 3 ? "in_progress" : "completed"))));
    const seen = [];
    const wait = { poll: { minMs: 1, maxMs: 5 }, onUpdate: ({ status }) => seen.push(status) };
    assert.equal((await open(url).download("a", { wait }).bytes()).length, clip.length);
    assert.deepEqual([polls, seen], [3, ["running", "succeeded"]]);
  });

  test("a TaskRef is waited for, and a task that fails is task_failed", async (t) => {
    const { url, paths } = await finished(t, () => mp4(clip), task("failed", { error: { message: "Blocked." } }));
    const error = await failure(open(url).download({ id: "a", format: "openai-videos", baseUrl: url }).bytes(), "task_failed");
    assert.equal(error.task.error.message, "Blocked.");
    assert.deepEqual(paths(), ["/v1/videos/a"]);
  });

  test("the wait's deadline and its own signal end it", async (t) => {
    const { url } = await finished(t, () => mp4(clip), task("in_progress"));
    const poll = { minMs: 10, maxMs: 10 };
    await failure(
      open(url)
        .download("a", { wait: { timeoutMs: 300, poll } })
        .bytes(),
      "wait_timeout",
    );
    const stop = new AbortController();
    const ended = thrown(
      open(url)
        .download("a", { wait: { timeoutMs: null, signal: stop.signal, poll } })
        .bytes(),
    );
    setTimeout(() => stop.abort("enough"), 50);
    assert.equal(await ended, "enough");
    await failure(
      open(url)
        .download("a", { wait: { timeoutMs: null } })
        .bytes(),
      "invalid_argument",
    );
  });

  test("a Task is not asked for again", async (t) => {
    const { url, paths } = await finished(t, () => mp4(clip));
    await open(url).download(taskOf(url)).bytes();
    await open(url)
      .download(JSON.parse(JSON.stringify(await open(url).query("a"))))
      .bytes();
    assert.deepEqual(paths(), ["/v1/videos/a/content", "/v1/videos/a", "/v1/videos/a/content"]);
  });

  test("a Task that has not succeeded, or of another relay, is refused before any request", async (t) => {
    const { url, requests } = await finished(t, () => mp4(clip));
    for (const wrong of [taskOf(url, { status: "running" }), taskOf("https://other.example"), taskOf(url, { ref: {} }), {}, null, 7, []]) {
      await failure(open(url).download(wrong).bytes(), "invalid_argument");
    }
    for (const [status, code] of [
      ["failed", "task_failed"],
      ["expired", "task_expired"],
    ]) {
      const error = await failure(open(url).download(taskOf(url, { status })).bytes(), code);
      assert.equal(error.task.status, status);
    }
    assert.equal(requests.length, 0);
  });

  test("onProgress: after every chunk, to the whole, with the length where it is told", async (t) => {
    for (const [headers, total] of [
      [{ "content-length": clip.length }, clip.length],
      [{}, null],
    ]) {
      const { url } = await finished(t, ({ response }) => {
        response.writeHead(200, { "content-type": "video/mp4", ...headers });
        response.end(clip);
      });
      const seen = [];
      await open(url)
        .download(taskOf(url), { onProgress: (progress) => seen.push(progress) })
        .bytes();
      assert.ok(seen.length >= 1);
      assert.deepEqual(seen.at(-1), { bytes: clip.length, total });
      assert.ok(seen.every(({ bytes }, index) => bytes > (seen[index - 1]?.bytes ?? 0)));
    }
  });

  test("what onProgress throws ends the download as it is, and lets go of the relay", async (t) => {
    const { url, idle } = await finished(t, (exchange) => partly(exchange, mp4(clip), 100_000, "stall"));
    const mine = new Error("mine");
    assert.equal(
      await thrown(
        open(url)
          .download(taskOf(url), {
            onProgress: () => {
              throw mine;
            },
          })
          .bytes(),
      ),
      mine,
    );
    await idle();
  });

  test("maxBytes: too_large, as soon as the length is known or passed, and the relay is let go of", async (t) => {
    for (const [headers, sent] of [
      [{ "content-length": 50_000_000 }, 1000],
      [{}, clip.length],
    ]) {
      const { url, idle } = await finished(t, ({ response }) => {
        response.writeHead(200, { "content-type": "video/mp4", ...headers });
        response.write(clip.subarray(0, sent));
      });
      for (const how of ["bytes", "blob"]) {
        const error = await failure(open(url).download(taskOf(url))[how]({ maxBytes: 100_000 }), "too_large");
        assert.ok(error.bytes > 0);
      }
      await idle();
    }
  });

  test("maxBytes of the very length is enough; of one less it is not", async (t) => {
    const { url } = await finished(t, () => mp4(clip));
    assert.equal((await open(url).download("a").bytes({ maxBytes: clip.length })).length, clip.length);
    await failure(
      open(url)
        .download("a")
        .bytes({ maxBytes: clip.length - 1 }),
      "too_large",
    );
    for (const maxBytes of [-1, Number.NaN, "many"]) await failure(open(url).download("a").bytes({ maxBytes }), "invalid_argument");
  });

  test("an error of too_large keeps ref and task", async (t) => {
    const { url } = await finished(t, () => mp4(clip));
    const error = await failure(open(url).download("a").bytes({ maxBytes: 10 }), "too_large");
    assert.deepEqual([error.ref?.id, error.task?.status], ["a", "succeeded"]);
  });

  test("variants come from the content path", async (t) => {
    const { url, paths } = await finished(t, ({ query }) =>
      reply(200, { "content-type": "image/webp" }, `RIFF....WEBP ${query.get("variant")}`),
    );
    for (const variant of ["thumbnail", "spritesheet"]) {
      const blob = await open(url)
        .download(taskOf(url, { outputs: [{ kind: "video", url: "https://cdn.example/v.mp4" }] }), { variant })
        .blob();
      assert.deepEqual([blob.type, await blob.text()], ["image/webp", `RIFF....WEBP ${variant}`]);
    }
    assert.deepEqual(paths(), ["/v1/videos/a/content?variant=thumbnail", "/v1/videos/a/content?variant=spritesheet"]);
    await failure(open(url).download(taskOf(url), { variant: "audio" }).bytes(), "invalid_argument");
  });

  test("output chooses among the task's outputs", async (t) => {
    const { url } = await relay(t, ({ path }) => mp4(Buffer.concat([clip.subarray(0, 1000), Buffer.from(path)])));
    const outputs = [0, 1, 2].map((index) => ({ kind: "video", url: `${url}/v${index}.mp4` }));
    for (const [output, path] of [
      [undefined, "/v0.mp4"],
      [0, "/v0.mp4"],
      [2, "/v2.mp4"],
    ]) {
      const bytes = await open(url)
        .download(taskOf(url, { outputs, videoUrl: outputs[0].url }), { output })
        .bytes();
      assert.equal(Buffer.from(bytes.subarray(1000)).toString(), path);
    }
    for (const output of [3, -1, 0.5, "0", Number.NaN])
      await failure(open(url).download(taskOf(url, { outputs }), { output }).bytes(), "invalid_argument");
  });

  test("ids arrive whole in the content path", async (t) => {
    const seen = [];
    const { url } = await relay(
      t,
      ({ path }) => (seen.push(decodeURIComponent(/^\/p\/v1\/videos\/([^/]+)\/content$/.exec(path)[1])), mp4(clip)),
    );
    const ids = ["sora-2:task_1", "dmlkZW8=/+==", "a/../b?c#d", "任务 7"];
    for (const id of ids) {
      await open(`${url}/p/v1`)
        .download(taskOf(`${url}/p`, { id, ref: { id, format: "openai-videos", baseUrl: `${url}/p` } }))
        .bytes();
    }
    assert.deepEqual(seen, ids);
  });

  test("cancelling the stream lets go of the relay", async (t) => {
    const { url, idle } = await finished(t, (exchange) => partly(exchange, mp4(clip), 100_000, "stall"));
    const reader = open(url).download(taskOf(url)).stream().getReader();
    assert.ok((await reader.read()).value.length > 0);
    await within(reader.cancel(), 5000);
    await idle();
  });

  test("a sink that fails ends the download with its error, and lets go of the relay", async (t) => {
    const { url, idle } = await finished(t, (exchange) => partly(exchange, mp4(clip), 100_000, "stall"));
    const full = new Error("disk full");
    const sink = new WritableStream({
      write() {
        throw full;
      },
    });
    assert.equal(await thrown(open(url).download(taskOf(url)).pipeTo(sink)), full);
    await idle();
  });
});
