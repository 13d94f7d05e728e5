// pipeTo(): what a sink may do while it is filled.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, thrown } from "./lib/outcome.mjs";
import { json, relay, task } from "./lib/relay.mjs";
import { mp4, partly, sha256, video } from "./lib/video.mjs";

const clip = video(2_000_000);
const finished = (t, content) => relay(t, (exchange) => (exchange.path.endsWith("/content") ? content(exchange) : json(task("completed"))));
const open = (url) => createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", retries: 0 });

/** A promise, and what settles it. */
function event() {
  let happens;
  const come = new Promise((resolve) => (happens = resolve));
  return { come, happens };
}

test("a sink is free again afterwards, and closed", async (t) => {
  const { url } = await finished(t, () => mp4(clip));
  const chunks = [];
  const sink = new WritableStream({ write: (chunk) => void chunks.push(chunk) }, { highWaterMark: 8 });
  assert.deepEqual(await open(url).download("a").pipeTo(sink), { bytes: clip.length, mediaType: "video/mp4" });
  assert.equal(sha256(Buffer.concat(chunks)), sha256(clip));
  assert.equal(sink.locked, false);
  await assert.rejects(sink.close(), TypeError);
});

test("nothing more is read while a sink is full", async (t) => {
  const { url } = await finished(t, () => mp4(clip));
  const written = event();
  const done = event();
  let passed = 0;
  const sink = new WritableStream({
    write() {
      written.happens();
      return done.come;
    },
  });
  const piped = open(url).download("a", { onProgress: () => void (passed += 1) }).pipeTo(sink);
  await written.come;
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(passed, 1);
  done.happens();
  assert.equal((await piped).bytes, clip.length);
  assert.ok(passed > 1);
});

test("a sink that breaks by itself ends the download, though nothing comes that could be written", async (t) => {
  const { url, asked, idle } = await finished(t, (exchange) => partly(exchange, mp4(clip), 100_000, "stall"));
  let controller;
  const written = event();
  const sink = new WritableStream({ start: (own) => void (controller = own), write: () => written.happens() });
  const piped = thrown(open(url).download("a").pipeTo(sink));
  await asked(2);
  await written.come;
  const gone = new Error("unplugged");
  controller.error(gone);
  assert.equal(await piped, gone);
  assert.equal(sink.locked, false);
  await idle();
});

test("a sink that cannot be used is left alone, and nothing of the video is asked", async (t) => {
  const { url, requests } = await finished(t, () => mp4(clip));
  const locked = new WritableStream();
  locked.getWriter();
  await assert.rejects(open(url).download("a").pipeTo(locked), TypeError);
  const gone = new Error("gone");
  const broken = new WritableStream({ start: (controller) => controller.error(gone) });
  assert.equal(await thrown(open(url).download("a").pipeTo(broken)), gone);
  assert.deepEqual(requests, []);
});

test("a download that fails tells its sink why, and waits for it", async (t) => {
  const { url } = await finished(t, (exchange) => partly(exchange, mp4(clip), 100_000, "cut"));
  let told;
  const sink = new WritableStream({
    async abort(reason) {
      await new Promise((resolve) => setImmediate(resolve));
      told = reason;
    },
  });
  const error = await failure(open(url).download("a").pipeTo(sink), "download_incomplete");
  assert.equal(told, error);
});

test("an abort reaches a write that never ends", async (t) => {
  const { url, idle } = await finished(t, () => mp4(clip));
  const written = event();
  let within;
  const sink = new WritableStream({
    write(_, { signal }) {
      within = signal;
      written.happens();
      return new Promise(() => {});
    },
  });
  const controller = new AbortController();
  const piped = thrown(open(url).download("a", { signal: controller.signal }).pipeTo(sink));
  await written.come;
  const reason = new Error("enough");
  controller.abort(reason);
  assert.equal(await piped, reason);
  assert.deepEqual([within.aborted, within.reason, sink.locked], [true, reason, false]);
  await idle();
});

test("a signal that fired before, and a sink that is never ready", async (t) => {
  const { url, requests } = await finished(t, () => mp4(clip));
  const reason = new Error("never mind");
  const sink = new WritableStream({}, { highWaterMark: 0 });
  assert.equal(await thrown(open(url).download("a", { signal: AbortSignal.abort(reason) }).pipeTo(sink)), reason);
  assert.deepEqual(requests, []);
});
