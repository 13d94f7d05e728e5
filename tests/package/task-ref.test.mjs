// TaskRef: all that another process needs, as plain JSON; validated where it comes from outside, refused by another relay's client.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { createClient, parseTaskRef } from "../../pkg/dist/index.mjs";
import { collect, failure } from "./lib/outcome.mjs";
import { json, relay, task } from "./lib/relay.mjs";
import { mp4, video } from "./lib/video.mjs";

const ref = { id: "sora-2:task_1", format: "openai-videos", baseUrl: "https://relay.example/prefix" };

describe("parseTaskRef", () => {
  test("gives the three fields, fresh, and nothing else", () => {
    const given = { ...ref, key: "sk-secret", extra: { a: 1 } };
    const parsed = parseTaskRef(given);
    assert.deepEqual(parsed, ref);
    assert.notEqual(parsed, given);
    assert.equal(Object.getPrototypeOf(parsed), Object.prototype);
    assert.deepEqual(parseTaskRef(JSON.parse(JSON.stringify(ref))), ref);
  });

  test("takes every format of this version, and a relay over http", () => {
    for (const format of ["openai-videos", "unified-video", "newapi-generations"]) {
      assert.equal(parseTaskRef({ ...ref, format, baseUrl: "http://127.0.0.1:8080" }).format, format);
    }
  });

  for (const [what, wrong] of [
    ["nothing", undefined],
    ["null", null],
    ["text", "a"],
    ["an array", []],
    ["a number", 7],
    ["{}", {}],
    ["a function", () => {}],
    ["no id", { ...ref, id: undefined }],
    ["an empty id", { ...ref, id: "" }],
    ["a numeric id", { ...ref, id: 7 }],
    ["no format", { ...ref, format: undefined }],
    ["auto", { ...ref, format: "auto" }],
    ["a format of none", { ...ref, format: "toString" }],
    ["__proto__", { ...ref, format: "__proto__" }],
    ["no baseUrl", { ...ref, baseUrl: undefined }],
    ["a path", { ...ref, baseUrl: "/v1" }],
    ["a host", { ...ref, baseUrl: "relay.example" }],
    ["javascript:", { ...ref, baseUrl: "javascript:alert(1)" }],
    ["file:", { ...ref, baseUrl: "file:///etc" }],
    ["a password", { ...ref, baseUrl: "https://u:p@relay.example" }],
    ["a query", { ...ref, baseUrl: "https://relay.example?key=1" }],
    ["a fragment", { ...ref, baseUrl: "https://relay.example#a" }],
  ]) {
    test(`refuses ${what}`, () => {
      assert.throws(() => parseTaskRef(wrong), { name: "ReelayError", code: "invalid_argument" });
    });
  }
});

describe("a ref at a client", { concurrency: true }, () => {
  const at = (url, more = {}) => ({ id: "a", format: "openai-videos", baseUrl: url, ...more });

  test("goes with every call, after JSON", async (t) => {
    const { url, paths } = await relay(t, ({ path }) => (path.endsWith("/content") ? mp4(video(1000)) : json(task("completed"))));
    const first = await createClient({ baseUrl: url, apiKey: "sk-test" }).query("a");
    assert.deepEqual(Object.keys(first.ref), ["id", "format", "baseUrl"]);
    const stored = JSON.parse(JSON.stringify(first.ref));
    const client = createClient({ baseUrl: url });
    assert.equal((await client.query(stored)).status, "succeeded");
    assert.equal((await client.wait(stored)).status, "succeeded");
    assert.equal((await client.step(stored)).task.status, "succeeded");
    assert.equal((await collect(client.watch(stored))).length, 1);
    assert.equal((await collect(client.all([stored])))[0].ok, true);
    assert.equal((await client.download(stored).bytes()).length, 1000);
    assert.deepEqual(new Set(paths()), new Set(["/v1/videos/a", "/v1/videos/a/content"]));
  });

  test("of the same relay in another spelling is taken", async (t) => {
    const { url } = await relay(t, () => json(task("queued")));
    const client = createClient({ baseUrl: `${url}/v1/` });
    for (const baseUrl of [url, `${url}/`, `${url}/v1`, `${url.replace("http:", "HTTP:")}/v1/`]) {
      assert.equal((await client.query(at(baseUrl))).ref.baseUrl, url);
    }
  });

  test("of another realm, of a class or without a prototype is taken", async (t) => {
    const { url } = await relay(t, () => json(task("queued")));
    const client = createClient({ baseUrl: url });
    for (const given of [
      runInNewContext(`(${JSON.stringify(at(url))})`),
      Object.assign(Object.create(null), at(url)),
      Object.assign(new (class Ref {})(), at(url)),
    ]) {
      assert.deepEqual((await client.query(given)).ref, at(url));
      assert.deepEqual(parseTaskRef(given), at(url));
    }
  });

  test("of another relay, origin or prefix is refused before any request", async (t) => {
    const { url, requests } = await relay(t, () => json(task("completed")));
    const client = createClient({ baseUrl: url, apiKey: "sk-test" });
    for (const baseUrl of [
      "https://other.example",
      url.replace("http:", "https:"),
      url.replace(/\d+$/, "1"),
      `${url}/prefix`,
      url.replace("127.0.0.1", "127.0.0.2"),
      "",
      "relay",
      "http://u:p@127.0.0.1",
    ]) {
      for (const call of [
        () => client.query(at(baseUrl)),
        () => client.wait(at(baseUrl)),
        () => client.step(at(baseUrl)),
        () => collect(client.watch(at(baseUrl))),
        () => client.download(at(baseUrl)).bytes(),
      ]) {
        const error = await failure(call(), "invalid_argument");
        assert.ok(!error.message.includes("u:p"));
      }
      const [settled] = await collect(client.all([at(baseUrl)]));
      assert.deepEqual([settled.ok, settled.error.code, settled.ref.id], [false, "invalid_argument", "a"]);
    }
    assert.equal(requests.length, 0);
  });

  test("that is none is refused before any request", async (t) => {
    const { url, requests } = await relay(t, () => json(task("completed")));
    const client = createClient({ baseUrl: url });
    for (const wrong of [
      {},
      { id: "a" },
      { baseUrl: url },
      at(url, { id: 7 }),
      at(url, { id: "" }),
      at(url, { id: ".." }),
      at(url, { format: "klink" }),
      at(url, { format: 7 }),
      [at(url)],
      null,
    ]) {
      await failure(client.query(wrong), "invalid_argument");
    }
    assert.equal(requests.length, 0);
  });

  test("is in the error of every failed call", async (t) => {
    const { url } = await relay(t, () => json({ error: { message: "no" } }, 400));
    const client = createClient({ baseUrl: url, format: "openai-videos" });
    const expected = { id: "a", format: "openai-videos", baseUrl: url };
    for (const call of [
      () => client.query("a"),
      () => client.wait("a"),
      () => client.step("a"),
      () => collect(client.watch("a")),
      () => client.download("a").bytes(),
    ]) {
      assert.deepEqual((await failure(call(), "rejected")).ref, expected);
    }
    const [settled] = await collect(client.all(["a"]));
    assert.deepEqual([settled.ref, settled.error.ref], [expected, expected]);
    assert.deepEqual(parseTaskRef(JSON.parse(JSON.stringify(settled.error)).ref), expected);
  });
});
