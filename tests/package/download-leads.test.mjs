// What leads to the bytes instead of being them: JSON with an address, bytes as text, data: addresses.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";
import { mp4, sha256, video } from "./lib/video.mjs";

const clip = video(50_000);
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test", format: "openai-videos", retries: 0, ...more });
const isContent = ({ path }) => path.endsWith("/content");

describe("leads in place of bytes", { concurrency: true }, () => {
  for (const [what, body] of [
    ["a task with its address", (url) => ({ id: "a", status: "completed", video_url: url })],
    ["an address alone", (url) => ({ url })],
    ["an envelope", (url) => ({ code: "success", data: { result_url: url } })],
  ]) {
    test(`${what}: followed, without the key to another origin`, async (t) => {
      const cdn = await relay(t, () => mp4(clip));
      const { url } = await relay(t, (exchange) => json(isContent(exchange) ? body(`${cdn.url}/v.mp4`) : task("completed")));
      assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
      assert.deepEqual(
        cdn.requests.map(({ headers }) => headers.authorization),
        [undefined],
      );
    });
  }

  for (const [what, body] of [
    ["data_url", { object: "video", data_url: `data:video/mp4;base64,${clip.toString("base64")}` }],
    ["base64", { base64: clip.toString("base64") }],
    ["data.base64", { data: { base64: clip.toString("base64") } }],
  ]) {
    test(`the bytes as text under ${what}`, async (t) => {
      const { url } = await relay(t, (exchange) => json(isContent(exchange) ? body : task("completed")));
      const blob = await open(url).download("a").blob();
      assert.deepEqual([blob.type, sha256(Buffer.from(await blob.arrayBuffer()))], ["video/mp4", sha256(clip)]);
    });
  }

  test("an error in JSON with 200 is the relay's refusal", async (t) => {
    const { url } = await relay(t, (exchange) =>
      json(isContent(exchange) ? { error: { message: "file withheld", code: "E1" } } : task("completed")),
    );
    const error = await open(url)
      .download("a")
      .bytes()
      .catch((reason) => reason);
    assert.deepEqual(
      [error.name, error.server?.message, error.ref?.id, error.task?.status],
      ["ReelayError", "file withheld", "a", "succeeded"],
    );
  });

  test("JSON that leads nowhere, or to itself, is not_a_video", async (t) => {
    for (const body of [{ hello: "world" }, { id: "a", status: "completed" }, [], "text", null]) {
      const { url, requests } = await relay(t, (exchange) => json(isContent(exchange) ? body : task("completed")));
      const error = await failure(open(url).download("a").bytes(), "not_a_video");
      assert.equal(error.task.status, "succeeded");
      assert.ok(requests.length < 10);
    }
    let base;
    const loop = await relay(t, (exchange) =>
      json(isContent(exchange) ? { url: `${base}/v1/videos/${exchange.nth}/content` } : task("completed")),
    );
    base = loop.url;
    await failure(open(loop.url).download("a").bytes(), "not_a_video");
    assert.ok(loop.requests.length < 20, `${loop.requests.length} requests`);
  });
});

describe("data: results", { concurrency: true }, () => {
  const asData = (t, url) =>
    relay(t, (exchange) => (isContent(exchange) ? reply(404, {}, "") : json(task("completed", { video_url: url }))));

  test("are decoded and never fetched", async (t) => {
    const { url, paths } = await asData(t, `data:video/mp4;base64,${clip.toString("base64")}`);
    const seen = [];
    const blob = await open(url)
      .download("a", { onProgress: (progress) => seen.push(progress) })
      .blob();
    assert.deepEqual([blob.type, sha256(Buffer.from(await blob.arrayBuffer()))], ["video/mp4", sha256(clip)]);
    assert.deepEqual(seen.at(-1), { bytes: clip.length, total: clip.length });
    assert.deepEqual(paths(), ["/v1/videos/a"]);
  });

  test("base64 may be percent-encoded", async (t) => {
    const { url } = await asData(t, `data:video/mp4;base64,${encodeURIComponent(clip.toString("base64"))}`);
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
  });

  test("percent-encoded bytes are bytes", async (t) => {
    const escaped = [...clip.subarray(0, 2000)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    const { url } = await asData(t, `data:video/mp4,${escaped}`);
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip.subarray(0, 2000)));
  });

  test("that cannot be decoded are not_a_video, with ref and task", async (t) => {
    const { url } = await asData(t, "data:video/mp4;base64,!!!");
    const error = await failure(open(url).download("a").bytes(), "not_a_video");
    assert.deepEqual([error.ref?.id, error.task?.status], ["a", "succeeded"]);
  });

  test("that hold a page are not_a_video", async (t) => {
    const { url } = await asData(t, `data:video/mp4;base64,${Buffer.from("<!doctype html><p>no").toString("base64")}`);
    await failure(open(url).download("a").bytes(), "not_a_video");
  });

  test("maxBytes holds for them as well", async (t) => {
    const { url } = await asData(t, `data:video/mp4;base64,${clip.toString("base64")}`);
    await failure(open(url).download("a").bytes({ maxBytes: 1000 }), "too_large");
  });
});
