// readTask(), readTasks(): a body that came another way, by the same rules and without a request.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { readTask, readTasks } from "../../pkg/dist/index.mjs";
import { failure, within } from "./lib/outcome.mjs";
import { task } from "./lib/relay.mjs";

before((t) => {
  const real = globalThis.fetch;
  globalThis.fetch = () => assert.fail("a request was made");
  t.after?.(() => (globalThis.fetch = real));
});

describe("readTask", { concurrency: true }, () => {
  test("a body, parsed or as text", async () => {
    const body = task("completed", { video_url: "https://cdn.example/v.mp4" });
    for (const given of [body, JSON.stringify(body), ` ${JSON.stringify(body)}\n`]) {
      const read = await readTask(given, { baseUrl: "https://relay.example/v1/" });
      assert.deepEqual([read.id, read.status, read.videoUrl, read.raw], ["a", "succeeded", "https://cdn.example/v.mp4", body]);
      assert.deepEqual(read.ref, { id: "a", format: "openai-videos", baseUrl: "https://relay.example" });
    }
  });

  test("the format is told by the body's shape, or by the caller", async () => {
    const newapi = { code: "success", data: { task_id: "a", status: "IN_PROGRESS", progress: "30%" } };
    const unified = { id: "a", status: "pending", detail: { pending_info: { progress_pct: 0.2 } }, status_update_time: 1 };
    assert.equal((await readTask(newapi)).ref.format, "newapi-generations");
    assert.equal((await readTask(unified)).ref.format, "unified-video");
    assert.equal((await readTask(unified, { format: "auto" })).ref.format, "unified-video");
    const told = await readTask(unified, { format: "openai-videos" });
    assert.deepEqual([told.ref.format, told.progress], ["openai-videos", 0.2]);
  });

  test("a key that begins with a brace spoils nothing beside it", async () => {
    for (const key of ["}", "}}", "\0}x", "]"]) {
      const body = { [key]: 1, detail: { [key]: [{ [key]: "x" }] }, ...task("queued") };
      const read = await readTask(body);
      assert.deepEqual([read.id, read.status, read.raw], ["a", "queued", body], key);
    }
  });

  test("the id given stays; left out, it is the body's", async () => {
    assert.equal((await readTask(task("queued"), { id: "mine" })).ref.id, "mine");
    assert.equal((await readTask(task("queued"))).ref.id, "a");
  });

  test("a webhook's envelope", async () => {
    const read = await readTask({ type: "video.completed", data: { id: "a", output: { url: "https://cdn.example/v.mp4" } } });
    assert.deepEqual([read.status, read.videoUrl], ["succeeded", "https://cdn.example/v.mp4"]);
  });

  test("a failed task is a task", async () => {
    const read = await readTask(task("failed", { error: { code: "blocked", message: "Blocked." } }));
    assert.deepEqual([read.status, read.error], ["failed", { code: "blocked", message: "Blocked." }]);
  });

  test("error bodies reject as query() does", async () => {
    for (const [body, httpStatus, code, server] of [
      [{ error: { message: "bad key", code: "invalid_api_key" } }, 401, "auth", { code: "invalid_api_key", message: "bad key" }],
      [
        { code: "quota_not_enough", message: "no money", data: null },
        403,
        "insufficient_funds",
        { code: "quota_not_enough", message: "no money" },
      ],
      [{ detail: "Video not found" }, 404, "not_found", { code: null, message: "Video not found" }],
      [{ error: { message: "slow down" } }, 429, "rate_limited", { code: null, message: "slow down" }],
      [{ error: { message: "busy" } }, 503, "server", { code: null, message: "busy" }],
      [{ error: { message: "no" } }, undefined, "rejected", { code: null, message: "no" }],
    ]) {
      const error = await failure(readTask(body, { httpStatus }), code);
      assert.deepEqual([error.server, error.httpStatus], [server, httpStatus ?? 200]);
    }
  });

  test("what is no task is unexpected_response", async () => {
    for (const body of [undefined, null, 7, true, "", "<html>", "{", "[]", [], {}, { hello: 1 }, Symbol("x"), () => {}, 10n]) {
      await failure(readTask(body), "unexpected_response");
    }
  });

  test("hostile bodies end in a task or a ReelayError, and the next call works", async () => {
    const cyclic = task("queued");
    cyclic.self = cyclic;
    assert.equal((await readTask(cyclic)).status, "queued");
    let deep = [];
    for (let depth = 0; depth < 200_000; depth++) deep = [deep];
    assert.equal((await readTask({ ...task("queued"), deep })).status, "queued");
    await failure(readTask(deep), "unexpected_response");
    assert.equal((await readTask(`{"id":"a","status":"queued","deep":${"[".repeat(200_000)}${"]".repeat(200_000)}}`)).status, "queued");
    const proto = JSON.parse('{"__proto__":{"status":"completed"},"id":"a","status":"queued","constructor":{"prototype":1}}');
    assert.equal((await readTask(proto)).status, "queued");
    assert.equal({}.status, undefined);
    assert.equal((await readTask(task("queued", { model: "x".repeat(1_000_000) }))).model.length, 1_000_000);
    for (const trap of [
      {
        get status() {
          throw new Error("trap");
        },
      },
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error("trap");
          },
        },
      ),
    ]) {
      const error = await within(
        readTask(trap).catch((reason) => reason),
        1000,
      );
      assert.equal(error.name, "ReelayError");
    }
    assert.equal((await readTask(task("queued"))).status, "queued");
  });

  for (const [what, make] of [
    [
      "of a class",
      () =>
        new (class Body {
          id = "a";
          status = "queued";
        })(),
    ],
    ["without a prototype", () => Object.assign(Object.create(null), task("queued"))],
    ["of another realm", () => runInNewContext(`(${JSON.stringify(task("queued", { list: [{}], nested: {} }))})`)],
    ["with a Date, a Set, bytes", () => task("queued", { date: new Date(0), set: new Set([1]), bytes: new Uint8Array(3) })],
    ["with a bigint, as exact parsers give", () => task("queued", { row: 2n ** 60n })],
    ["with a function and a symbol", () => task("queued", { toString() {}, tag: Symbol("x") })],
    ["with undefined and NaN", () => task("queued", { progress: Number.NaN, model: undefined })],
  ]) {
    test(`a body ${what}`, async () => {
      const body = make();
      const read = await readTask(body);
      assert.equal(read.status, "queued");
      assert.equal(read.raw, body);
    });
  }

  test("what stands behind a long list is read", async () => {
    const frames = Array.from({ length: 300_000 }, (_, at) => at / 7);
    assert.equal((await readTask({ id: "a", frames, status: "completed" })).status, "succeeded");
  });

  test("options that are wrong are refused", async () => {
    for (const options of [
      { format: "klink" },
      { format: 7 },
      { httpStatus: 99 },
      { httpStatus: 600 },
      { httpStatus: "200" },
      { httpStatus: Number.NaN },
      { baseUrl: "relay" },
      { baseUrl: 7 },
      { baseUrl: "https://u:p@relay.example" },
    ]) {
      await failure(readTask(task("queued"), options), "invalid_argument");
      await failure(readTasks([task("queued"), task("queued")], options), "invalid_argument");
    }
  });

  test("the body is not changed", async () => {
    const body = task("completed", { outputs: [{ url: "https://cdn.example/1.mp4" }, { url: "https://cdn.example/2.mp4" }] });
    const copy = structuredClone(body);
    const read = await readTask(Object.freeze(body));
    assert.deepEqual(body, copy);
    assert.equal(read.raw, body);
    assert.deepEqual(
      read.outputs.map(({ url }) => url),
      ["https://cdn.example/1.mp4", "https://cdn.example/2.mp4"],
    );
  });
});

describe("readTasks", { concurrency: true }, () => {
  const two = [task("queued", { id: "x" }), task("completed", { id: "y", video_url: "https://cdn.example/y.mp4" })];

  for (const [what, body] of [
    ["an array", two],
    ["{ data }", { object: "list", data: two }],
    ["{ items }", { items: two }],
    ["{ tasks }", { tasks: two }],
    ["an envelope", { code: "success", data: { items: two } }],
  ]) {
    test(what, async () => {
      for (const given of [body, JSON.stringify(body)]) {
        const read = await readTasks(given, { baseUrl: "https://relay.example" });
        assert.deepEqual(
          read.map(({ id, status, ref }) => [id, status, ref.id]),
          [
            ["x", "queued", "x"],
            ["y", "succeeded", "y"],
          ],
        );
        assert.deepEqual(
          read.map(({ raw }) => raw),
          two,
        );
      }
    });
  }

  test("no task at all, and one alone", async () => {
    assert.deepEqual(await readTasks([]), []);
    assert.deepEqual(await readTasks({ object: "list", data: [] }), []);
    assert.deepEqual(
      (await readTasks([two[0]])).map(({ id }) => id),
      ["x"],
    );
    assert.deepEqual(
      (await readTasks(two[0])).map(({ id }) => id),
      ["x"],
    );
  });

  test("an error body rejects", async () => {
    const error = await failure(readTasks({ error: { message: "bad key" } }, { httpStatus: 401 }), "auth");
    assert.equal(error.server.message, "bad key");
    await failure(readTasks("<html>"), "unexpected_response");
    await failure(readTasks([{ hello: 1 }, { hello: 2 }]), "unexpected_response");
  });
});
