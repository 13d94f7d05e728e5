// Task ids: whatever a relay calls its task arrives whole on every route, and what is no id never leaves.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure } from "./lib/outcome.mjs";
import { json, relay, task } from "./lib/relay.mjs";

const ids = [
  "video_68e5c5f2",
  "sora-2:task_01k6x15v",
  "veo3.1-fast:1770350082-trii",
  "dmlkZW8=/+aGVsbG8==",
  "a/b/../c",
  "a?b#c",
  "100%",
  "%2F",
  "a b",
  "任务-7",
  "naïve🎬",
  "a&id=b",
  "x;y,z",
  "-",
  "...",
  "~'()*!",
];

describe("ids", { concurrency: true }, () => {
  for (const [format, routeOf] of [
    ["openai-videos", ({ path }) => /^\/v1\/videos\/([^/]+)$/.exec(path)?.[1]],
    ["newapi-generations", ({ path }) => /^\/v1\/video\/generations\/([^/]+)$/.exec(path)?.[1]],
  ]) {
    test(`ids arrive whole in the path of ${format}`, async (t) => {
      const seen = [];
      const { url } = await relay(t, (exchange) => {
        seen.push(decodeURIComponent(routeOf(exchange)));
        return json({ id: "x", status: "queued" });
      });
      const client = createClient({ baseUrl: url, format });
      for (const id of ids) {
        const found = await client.query(id);
        assert.deepEqual([found.id, found.ref], [id, { id, format, baseUrl: url }]);
      }
      assert.deepEqual(seen, ids);
    });
  }

  test("ids arrive whole in the query of unified-video", async (t) => {
    const seen = [];
    const { url } = await relay(t, ({ path, query }) => {
      assert.equal(path, "/v1/video/query");
      assert.deepEqual([...query.keys()], ["id"]);
      seen.push(query.get("id"));
      return json({ id: "x", status: "pending" });
    });
    const client = createClient({ baseUrl: url, format: "unified-video" });
    for (const id of ids) assert.equal((await client.query(id)).id, id);
    assert.deepEqual(seen, ids);
  });

  test("`:` and `=` go out unescaped: some relays compare the raw path", async (t) => {
    const { url, paths } = await relay(t, () => json({ id: "x", status: "queued" }));
    await createClient({ baseUrl: url, format: "openai-videos" }).query("sora-2:task_1==");
    assert.deepEqual(paths(), ["/v1/videos/sora-2:task_1=="]);
  });

  test("an id with control characters arrives whole or is refused, and is never another id", async (t) => {
    const seen = [];
    const { url } = await relay(t, ({ path }) => {
      seen.push(decodeURIComponent(path.split("/").pop()));
      return json(task("queued"));
    });
    const client = createClient({ baseUrl: url, format: "openai-videos" });
    for (const id of ["a\u0000b", "a\nb", "a\r\nb", "a\tb", "\u0000", "\n", "a\u007fb", "a\u2028b"]) {
      const outcome = await client.query(id).catch((error) => error);
      if (outcome.code) assert.deepEqual([outcome.code, seen], ["invalid_argument", []]);
      else assert.deepEqual([outcome.id, outcome.ref.id, seen.pop()], [id, id, id]);
    }
  });

  test("an id that is no id is refused before any request", async (t) => {
    const { url, requests } = await relay(t, () => json(task("queued")));
    const client = createClient({ baseUrl: url });
    for (const id of ["", ".", "..", "x".repeat(5000), 7, null, undefined, {}, [], true]) {
      await failure(client.query(id), "invalid_argument");
    }
    assert.equal(requests.length, 0);
  });
});
