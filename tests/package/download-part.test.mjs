// Going on behind a part that an earlier run left, as `reelay/node` does: nothing but the same video is passed on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";
import { ranged, sha256, video } from "./lib/video.mjs";

const clip = video(50_000);
const part = { bytes: 20, total: null, validator: '"v1"' };

/** The chunks that a run behind the part passes on. */
async function chunks(url) {
  const client = createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", retries: 0 });
  const source = client.download("a")[Symbol.for("reelay.source")](part);
  const all = [];
  for (let chunk = await source.next(); chunk; chunk = await source.next()) all.push(chunk);
  return Buffer.concat(all);
}

const serving = (t, content) => relay(t, (exchange) => (/content/.test(exchange.path) ? content(exchange) : json(task("completed"))));

describe("behind a part of an earlier run", { concurrency: true }, () => {
  test("the rest of the video is passed on", async (t) => {
    const { url } = await serving(t, (exchange) => ranged(exchange, clip));
    assert.equal(sha256(await chunks(url)), sha256(clip.subarray(20)));
  });

  test("a server that begins anew is passed on from there", async (t) => {
    const { url } = await serving(t, () => reply(200, { "content-type": "video/mp4", etag: '"v1"' }, clip));
    assert.equal(sha256(await chunks(url)), sha256(clip.subarray(20)));
  });

  for (const [what, body] of [
    ["a web page", "<!doctype html><title>Sign in</title><p>Your link has expired.</p>"],
    ["XML", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ["JSON", '{"error": {"message": "the link has expired"}}'],
  ]) {
    test(`${what} called a video is not taken for the rest`, async (t) => {
      const { url } = await serving(t, () => reply(200, { "content-type": "video/mp4" }, body));
      await failure(chunks(url), "download_incomplete");
    });
  }
});
