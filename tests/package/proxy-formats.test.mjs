// Every format of the simulator through a proxy, over real sockets: the client in the page gets what a client with the key gets.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { createClient, formats } from "../../pkg/dist/index.mjs";
import { serve } from "../../pkg/dist/testing-node.mjs";
import { proxied } from "./lib/proxied.mjs";
import { APP, proxyOf } from "./lib/upstream.mjs";
import { sha256, video } from "./lib/video.mjs";

const KEY = "sk-server-only-secret";
const poll = { minMs: 1, maxMs: 2 };
const clip = video(80_000);
/** What both must agree on; the addresses are the proxy's, and so is the body. */
const same = ({ id, status, progress, error, model, createdAt, completedAt, expiresAt, outputs }) => ({
  id, status, progress, error, model, createdAt, completedAt, expiresAt, kinds: outputs.map(({ kind }) => kind),
});

const ids = { default: "task_1", "unified-video": "sora-2:task_01k=", "veo-native": "models/veo-3/operations/a+b c", kling: "8 71/2?#%&" };
const steps = [{ status: "queued" }, { status: "running", progress: 0.37 }, { status: "succeeded", result: { bytes: clip } }];

async function pair(t, script, more) {
  const server = await serve({ apiKey: KEY, ...script });
  t.after(() => server.close());
  const direct = createClient({ baseUrl: server.url, apiKey: KEY, format: script.format ?? "auto" });
  const base = await proxied(t, server.url, { format: script.format ?? "auto", ...more });
  return { server, direct, through: createClient({ baseUrl: base }), base };
}

describe("through a proxy", { concurrency: 4 }, () => {
  for (const format of formats.filter((name) => name !== "sora-chat")) {
    test(`${format}: wait and download`, async (t) => {
      const id = ids[format] ?? ids.default;
      const { server, direct, through, base } = await pair(t, { format, tasks: { [id]: steps } });
      const seen = [];
      const done = await through.wait(id, { poll, onUpdate: ({ status, progress }) => seen.push([status, progress]) });
      assert.deepEqual(same(done), same(await direct.query(id)));
      assert.equal(done.status, "succeeded");
      assert.ok(seen.some(([status]) => status === "running"), JSON.stringify(seen));
      for (const { url } of done.outputs) assert.ok(url.startsWith(`${base}/v1/videos/`), url);
      assert.equal(sha256(await through.download(done).bytes()), sha256(await direct.download(id).bytes()));
      for (const output of done.outputs.keys()) {
        assert.equal(sha256(await through.download(done, { output }).bytes()), sha256(await direct.download(id, { output }).bytes()));
      }
      assert.ok(!JSON.stringify(done).includes(server.url) && !JSON.stringify(done).includes(server.cdnUrl));
    });

    test(`${format}: a failed task tells why`, async (t) => {
      const failed = { status: "failed", error: { code: "content_policy", message: "The prompt was refused." } };
      const id = ids[format] ?? ids.default;
      const { direct, through } = await pair(t, { format, tasks: { [id]: [failed] } });
      assert.deepEqual(same(await through.query(id)), same(await direct.query(id)));
      await assert.rejects(through.wait(id), { code: "task_failed" });
      await assert.rejects(through.download(await through.query(id)).bytes(), { code: "task_failed" });
    });
  }

  for (const place of ["content", "relay", "cdn", "redirect", "json", "base64", "data"]) {
    test(`the video's place is ${place}`, async (t) => {
      const { through, base } = await pair(t, { format: "openai-videos", tasks: { a: [{ status: "succeeded", result: { bytes: clip, place } }] } });
      assert.equal(sha256(await through.download("a").bytes()), sha256(clip));
      const part = await fetch(`${base}/v1/videos/a/content`, { headers: { range: "bytes=-100" } });
      assert.deepEqual([part.status, sha256(Buffer.from(await part.arrayBuffer()))], [206, sha256(clip.subarray(-100))]);
      assert.equal(part.headers.get("content-range"), `bytes ${clip.length - 100}-${clip.length - 1}/${clip.length}`);
    });
  }

  test("no output at all", async (t) => {
    const { through } = await pair(t, { format: "openai-videos", tasks: { a: [{ status: "succeeded", result: { place: "none" } }] } });
    await assert.rejects(through.download("a").bytes(), { code: "no_output" });
  });
});

describe("every recorded body through a proxy", () => {
  const root = new URL("../fixtures/", import.meta.url);
  const types = { json: "application/json", html: "text/html", txt: "text/plain" };
  /** A task or an error, without what is the proxy's own. */
  const outcome = (call) => call.then(
    (task) => ({ ...same(task), urls: task.outputs.map(({ url }) => url) }),
    ({ code, server }) => ({ code, server: server && { ...server, message: server.message?.trim() ?? null } }),
  );
  for (const folder of readdirSync(root).filter((name) => name !== "sora-chat")) {
    for (const file of readdirSync(new URL(`${folder}/`, root)).filter((name) => !/\.(expected|http)\.json$/.test(name))) {
      test(`${folder}/${file}`, async () => {
        const text = readFileSync(new URL(`${folder}/${file}`, root), "utf8");
        const status = Number(/(?:\.http|error-|-)(\d{3})(?:[.-])/.exec(file)?.[1] ?? 200);
        const proxy = proxyOf(() => new Response(text, { status, headers: { "content-type": types[file.split(".").pop()] } }), {
          format: formats.includes(folder) ? folder : "openai-videos",
        });
        const { urls: named = [], ...direct } = await outcome(proxy.direct({ retries: 0, format: formats.includes(folder) ? folder : "openai-videos" }).query("a"));
        const { urls = [], ...through } = await outcome(proxy.client({ retries: 0 }).query("a"));
        // Where the relay gave no reason, the proxy says what happened.
        if (direct.code && !direct.server) delete through.server, delete direct.server;
        assert.deepEqual(through, direct);
        assert.deepEqual(urls, named.map((_, output) => `${APP}/v1/videos/a/content?output=${output}`));
      });
    }
  }
});
