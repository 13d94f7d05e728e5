// What comes in place of a video is no video, whatever it is called; the error keeps the task, which is paid for.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure, pause } from "./lib/outcome.mjs";
import { html, json, relay, reply, silence, steps, task } from "./lib/relay.mjs";
import { mp4, sha256, video } from "./lib/video.mjs";

const clip = video(300_000);
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", retries: 0, ...more });
const isContent = ({ path }) => path.endsWith("/content");

/** A relay whose task `a` is finished, and whose content path answers as told. */
const finished = (t, content) => relay(t, (exchange) => (isContent(exchange) ? content(exchange) : json(task("completed"))));

describe("download faults", { concurrency: true }, () => {
  for (const [what, page] of [
    ["HTML", "<!doctype html><html><body>Sign in</body></html>"],
    ["HTML after a byte order mark and space", "\ufeff \n<HTML><head></head></HTML>"],
    ["XML", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ["XML of no declaration", "<Error><Code>NoSuchKey</Code></Error>"],
    ["JSON", '{"error":{"message":"expired"}}'],
    ["JSON in an array", '[{"error":"expired"}]'],
  ]) {
    test(`${what} under a video's name is not_a_video, and none of it is delivered`, async (t) => {
      const { url } = await finished(t, () => reply(200, { "content-type": "video/mp4" }, page));
      const error = await failure(open(url).download("a").bytes(), "not_a_video");
      assert.deepEqual([error.ref.id, error.task.status, error.task.raw.status, error.bytes], ["a", "succeeded", "completed", 0]);
      const delivered = [];
      const sink = new WritableStream({ write: (chunk) => void delivered.push(chunk) });
      await failure(open(url).download("a").pipeTo(sink), "not_a_video");
      assert.equal(delivered.length, 0);
    });
  }

  test("an impostor that comes byte by byte is found out all the same", async (t) => {
    const { url } = await finished(t, async ({ response }) => {
      response.writeHead(200, { "content-type": "video/mp4" });
      for (const character of '{"error":"expired"}') {
        response.write(character);
        await pause(2);
      }
      response.end();
    });
    await failure(open(url).download("a").bytes(), "not_a_video");
  });

  for (const type of ["text/html", "text/html; charset=utf-8", "application/xml", "text/xml"]) {
    test(`${type} is not_a_video whatever it holds`, async (t) => {
      const { url } = await finished(t, () => reply(200, { "content-type": type }, clip));
      await failure(open(url).download("a").bytes(), "not_a_video");
    });
  }

  for (const type of ["application/octet-stream", "binary/octet-stream", undefined, "text/plain", "video/webm"]) {
    test(`a clip is a clip under ${type ?? "no media type"}`, async (t) => {
      const { url } = await finished(t, () => reply(200, type ? { "content-type": type } : {}, clip));
      assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
    });
  }

  test("an empty body is no download", async (t) => {
    const { url } = await finished(t, () => reply(200, { "content-type": "video/mp4", "content-length": 0 }, ""));
    const error = await failure(open(url).download("a").bytes(), "download_incomplete");
    assert.deepEqual([error.bytes, error.ref.id, error.task.status], [0, "a", "succeeded"]);
  });

  for (const [status, code] of [
    [401, "auth"],
    [403, "auth"],
    [404, "no_output"],
    [429, "rate_limited"],
    [500, "server"],
    [400, "rejected"],
  ]) {
    test(`a content path that answers ${status}: ${code}, with ref and task`, async (t) => {
      const { url } = await finished(t, () => json({ error: { message: "no bytes today", code: "E7" } }, status));
      const error = await failure(open(url).download("a").bytes(), code);
      assert.deepEqual(
        [error.ref.id, error.task.status, error.httpStatus, error.server.message, error.bytes],
        ["a", "succeeded", status, "no bytes today", 0],
      );
    });
  }

  test("a content path that is not ready a moment after the task has finished is asked again", async (t) => {
    const early = json(
      { error: { message: "Task is not completed yet, current status: IN_PROGRESS", type: "invalid_request_error" } },
      400,
      { "retry-after-ms": "1" },
    );
    let asked = 0;
    const { url } = await finished(t, () => (++asked === 1 ? early : mp4(clip)));
    assert.equal((await open(url, { retries: 1 }).download("a").bytes()).length, clip.length);
  });

  test("a silent content path is a timeout", async (t) => {
    const { url, idle } = await finished(t, silence);
    const error = await failure(open(url, { timeoutMs: 150 }).download("a").bytes(), "timeout");
    assert.equal(error.ref.id, "a");
    await idle();
  });

  test("503, then bytes", async (t) => {
    const content = steps(json({}, 503, { "retry-after-ms": "1" }), mp4(clip));
    let nth = 0;
    const { url } = await finished(t, () => content({ nth: ++nth }));
    assert.equal((await open(url, { retries: 1 }).download("a").bytes()).length, clip.length);
  });
  test("a page of the console in place of the API says so", async (t) => {
    const { url } = await relay(t, () => html());
    await failure(
      open(url)
        .download("a", { wait: { failures: 0 } })
        .bytes(),
      "unexpected_response",
    );
  });
});
