// Every format, over HTTP against the simulator: by each of its prefixes and kinds, from the first question to the bytes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { serve } from "../../pkg/dist/testing-node.mjs";
import { readTables } from "../../tools/lib/tables.mjs";

const { formats } = await readTables();
const sample = readFileSync(new URL("../../pkg/assets/sample.mp4", import.meta.url));
const apiKey = "sk-of-the-formats";
const poll = { minMs: 0, maxMs: 1 };
const reason = { code: "54711", message: "No, not that." };

/** Ids as the format has them: Veo's are names of operations. */
const idsOf = { "veo-native": (name) => `models/veo-3.1/operations/${name}` };
const vertex = (name) => `projects/p/locations/us-central1/publishers/google/models/veo-3/operations/${name}`;

/** What a finished task has, where it is not one video. */
const outputs = {
  "openai-videos": [],
  "sora-chat": [],
  suno: ["audio", "cover", "video", "audio", "cover", "video"],
  midjourney: ["image"],
  vidu: ["video", "cover"],
  doubao: ["video", "image"],
  luma: ["video", "cover", "image"],
};
/** The same for a kind that is not the first one; null: not of this format's status paths. */
const outputsOfKind = { "kling tasks": ["video", "audio"], "minimax v2": ["video"], "minimax template": ["video"], "jimeng fetch": ["video"] };

const still = "https://pictures.example/first.png";
/** What else is made than a clip from words, with the outputs that come of it. */
const creates = {
  "openai-videos": [{ images: [new Blob(["\x89PNG"], { type: "image/png" })] }],
  kling: [{ kind: "image2video", images: [still] }, { kind: "omni-video" }, { kind: "images/generations", of: ["image", "image"] }, { kind: "tasks", of: ["video", "audio"] }],
  wan: [{ images: [still, still] }],
  minimax: [{ kind: "v2" }],
  vidu: [{ kind: "img2video", images: [still] }],
  suno: [{ kind: "custom" }],
  midjourney: [{ kind: "video", of: ["video", "video", "image"] }],
  jimeng: [{ kind: "fetch" }],
  luma: [{ video: "4665a07c" }],
  runway: [{ kind: "image_to_video", images: [still] }],
  replicate: [{ kind: "version" }],
};
const models = { jimeng: "jimeng_t2v_v30", replicate: "owner/model-1" };

const life = [{ status: "queued" }, { status: "running", progress: 0.4 }, { status: "succeeded" }];
const names = ["query", "wait", "watch", "step", "download", "failed"];

/** What each output must be, byte for byte or by its first ones. */
function isOf(kind, bytes) {
  if (kind === "video") return assert.deepEqual(Buffer.from(bytes), sample);
  const starts = { audio: ["RIFF", "WAVE"], cover: ["RIFF", "WEBP"], image: ["RIFF", "WEBP"] }[kind];
  const text = Buffer.from(bytes).toString("latin1");
  assert.deepEqual([text.slice(0, 4), text.slice(8, 12)], starts, kind);
}

for (const { name: format, prefixes, kinds, bodies, calls } of formats) {
  describe(format, () => {
    let server;
    before(async () => {
      const ids = [idsOf[format] ?? ((name) => name), ...(format === "veo-native" ? [vertex] : [])];
      const tasks = Object.fromEntries(
        ids.flatMap((idOf) =>
          prefixes.flatMap((_, prefix) =>
            ["", ...kinds].flatMap((kind) =>
              names.map((name) => [idOf(`${name}${prefix}${kind}`), name === "failed" ? [life[0], { status: "failed", error: reason }] : life]),
            ),
          ),
        ),
      );
      server = await serve({ format, apiKey, tasks });
    });
    after(() => server.close());

    /** Whether its bodies have a place for it. */
    const tellsProgress = (kind) => (bodies.find(({ name }) => name === (kind === "fetch" ? "relay" : kind)) ?? bodies[0]).samples.some(({ body }) => /\{(percent|progress)\b/.test(body));

    /** The whole course, of tasks whose ids end so. */
    async function course(t, { prefix, ending, idOf = idsOf[format] ?? ((name) => name), kind, wanted }) {
      const events = [];
      const client = createClient({
        baseUrl: server.url, apiKey, format, retries: 0, onEvent: (event) => events.push(event),
        ...(prefix === undefined ? {} : { prefix }),
      });
      const ref = (name) => {
        const id = idOf(name + ending);
        return kind === undefined ? id : { id, format, kind, baseUrl: server.url };
      };

      const first = await client.query(ref("query"));
      // Veo's operations have no word for waiting.
      assert.equal(first.status, format === "veo-native" ? "running" : "queued");
      assert.equal(first.ref.id, idOf(`query${ending}`));
      assert.equal(first.ref.kind, kind);
      if (prefix) assert.ok(events.filter(({ type }) => type === "request").every(({ url }) => new URL(url).pathname.startsWith(prefix)));

      const done = await client.wait(ref("wait"), { poll });
      assert.equal(done.status, "succeeded");
      const all = wanted ?? ["video"];
      assert.deepEqual(done.outputs.map(({ kind }) => kind), all);

      const seen = [];
      for await (const { status, progress } of client.watch(ref("watch"), { poll })) seen.push([status, progress]);
      assert.deepEqual(seen.map(([status]) => status), format === "veo-native" ? ["running", "succeeded"] : ["queued", "running", "succeeded"]);
      assert.equal(seen.at(-1)[1], 1);
      assert.equal(seen.some(([, progress]) => progress === 0.4), tellsProgress(kind), JSON.stringify(seen));

      let state = null;
      const steps = [];
      for (let delayMs = 0; delayMs !== null;) {
        const result = await client.step(ref("step"), state, { poll });
        ({ state, delayMs } = result);
        steps.push(result.task?.status);
      }
      assert.equal(steps.at(-1), "succeeded");

      const task = await client.wait(ref("download"), { poll });
      if (all.includes("video") || all.length === 0) isOf("video", await client.download(task).bytes());
      for (const [output, kind] of all.entries()) isOf(kind, await client.download(task, { output }).bytes());

      await assert.rejects(client.wait(ref("failed"), { poll }), (error) => {
        assert.equal(error.code, "task_failed", error.stack);
        assert.equal(error.task.status, "failed");
        const said = [error.task.error.code, error.task.error.message];
        // Vidu's failures are one word.
        if (format === "vidu") assert.equal(said[0], reason.code);
        else assert.equal(said[1], reason.message);
        return true;
      });
      await unknown(client, idOf("nobody"));
      assert.ok(server.requests.filter(({ url }) => url.startsWith(server.url)).every(({ key }) => key), "asked without the key");
      assert.ok(server.requests.filter(({ url }) => url.startsWith(server.cdnUrl)).every(({ key }) => !key), "the key went to the CDN");
    }

    async function unknown(client, id) {
      // DashScope has a status for it, which is not final: it may be a task of another region.
      if (format === "wan") return assert.equal((await client.query(id)).rawStatus, "UNKNOWN");
      // MiniMax refuses the id as a parameter.
      await assert.rejects(client.query(id), { code: format === "minimax" ? "rejected" : "not_found" });
    }

    for (const [index, prefix] of prefixes.entries()) {
      test(`under ${prefix || "no prefix"}`, (t) => course(t, { prefix, ending: `${index}`, wanted: outputs[format] }));
    }
    test("the prefix found by itself", async () => {
      const client = createClient({ baseUrl: server.url, apiKey, format });
      assert.equal((await client.wait((idsOf[format] ?? String)("download0"), { poll })).status, "succeeded");
    });
    for (const kind of kinds.slice(1)) {
      test(`of kind ${kind}`, (t) => course(t, { ending: `0${kind}`, kind, wanted: outputsOfKind[`${format} ${kind}`] }));
    }
    for (const [index, prefix] of prefixes.entries()) {
      // A conversation ends with the clip's address.
      const usual = format === "sora-chat" ? ["video"] : outputs[format] ?? ["video"];
      for (const { of: made = usual, ...request } of [{}, ...(index === 0 ? (creates[format] ?? []) : [])]) {
        const what = Object.keys(request).length > 0 ? `, ${request.kind ?? Object.keys(request)[0]}` : "";
        test(`create, wait, download${what}, under ${prefix || "no prefix"}`, async () => {
          const client = createClient({ baseUrl: server.url, apiKey, format, prefix, retries: 0 });
          const before = server.requests.length;
          const task = await client.create({ model: models[format] ?? "model-1", prompt: "a cat on a roof", ...request });
          const [post] = server.requests.slice(before);
          assert.deepEqual([post.method, post.key, new URL(post.url).pathname.startsWith(prefix)], ["POST", true, true]);
          assert.match(JSON.stringify(post.body), /a cat on a roof/);
          assert.ok(["queued", "running", "succeeded"].includes(task.status), task.status);
          const done = await client.wait(task.ref, { poll });
          assert.deepEqual(done.outputs.map(({ kind }) => kind), made);
          const [first = "video"] = made.includes("video") ? ["video"] : made;
          isOf(first, await client.download(done).bytes());
          assert.equal(server.requests.slice(before).filter(({ method, url }) => method === "POST" && url === post.url).length, 1, "made once");
        });
      }
    }
    test("a create call without words is refused by the relay", async () => {
      const client = createClient({ baseUrl: server.url, apiKey, format, prefix: prefixes[0] });
      const [[fields]] = calls.find(({ does }) => does === "create" || does === "stream").needs;
      const nothing = Object.fromEntries(fields.split("|").map((field) => [field.split(".")[0], undefined]));
      await assert.rejects(client.create({ model: models[format] ?? "model-1", prompt: "a cat", extra: nothing }), { code: "rejected" });
    });
    if (format === "openai-videos") {
      test("client.videos: another clip of a clip, pages, and one less", async () => {
        const client = createClient({ baseUrl: server.url, apiKey, format });
        const { videos } = client;
        const clip = await client.create({ model: "sora-2", prompt: "a cat" });
        const made = [await videos.remix(clip, { prompt: "a dog" }), await videos.edit({ video: clip, prompt: "a fox" }), await videos.extend({ video: clip, prompt: "on", seconds: 8 })];
        for (const task of made) {
          assert.notEqual(task.id, clip.id);
          isOf("video", await client.download(task.ref, { wait: { poll } }).bytes());
        }
        const page = await videos.list({ limit: 2 });
        assert.deepEqual([page.tasks.length, page.hasMore], [2, true]);
        const next = await videos.list({ limit: 100, after: page.lastId });
        assert.ok(next.tasks.length > 0 && next.tasks.every(({ id }) => !page.tasks.some((other) => other.id === id)));
        assert.deepEqual(await videos.remove(clip), { id: clip.id, deleted: true });
        await assert.rejects(client.query(clip.ref), { code: "not_found" });
      });
    }
    if (format === "veo-native") {
      test("as Vertex AI, asked by POST and answered in base64", async (t) => {
        await course(t, { prefix: "/v1", ending: "1", idOf: vertex });
        const asked = server.requests.filter(({ url }) => url.includes(":fetchPredictOperation"));
        assert.ok(asked.length > 5 && asked.every(({ method, body }) => method === "POST" && body.operationName.startsWith("projects/")));
      });
    }
  });
}
