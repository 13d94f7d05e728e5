// The demo's server (tools/serve.mjs): the presets run as they say, and the page's files are served, and nothing else.
import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { mockRelay } from "../../pkg/dist/testing.mjs";
import { demoKey, demoScript, presets } from "../../tools/presets.mjs";
import { serve } from "../../tools/serve.mjs";

const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "reelay-demo-"));
const headers = { authorization: `Bearer ${demoKey}` };
let server;

before(async () => {
  mkdirSync(join(folder, "www"));
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "www/index.html"), "<h1>page</h1>");
  writeFileSync(join(folder, "www/app.js"), "export {};");
  symlinkSync(join(folder, "secret.txt"), join(folder, "www/link.txt"));
  server = await serve({ port: 0, pkg, www: join(folder, "www"), log: () => {} });
});
after(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** A GET whose path goes out as it stands. */
function get(path, method = "GET") {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method }, (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (part) => {
          text += part;
        })
        .on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    })
      .on("error", reject)
      .end();
  });
}

test("every preset ends as its description says", async () => {
  const ends = {};
  for (const { id } of presets.presets) {
    const relay = mockRelay({ ...demoScript, clock: "manual" });
    const statuses = [];
    for (let second = 0; second < 40; second++) {
      const response = await relay.fetch(`${relay.baseUrl}/v1/videos/${encodeURIComponent(id)}`, { headers });
      statuses.push(response.ok ? (await response.json()).status : `http ${response.status}`);
      await relay.clock.advance(1000);
    }
    const end = statuses.at(-1);
    ends[id] = `${end} after ${statuses.indexOf(end)} s`;
  }
  assert.deepEqual(ends, {
    "sora-2:task_01k6x15vhrff09dkkqjrzwhm60": "completed after 25 s",
    video_68e5c5f2a1b48190a9e7c6b5d4f3e2a1: "completed after 6 s",
    task_Bz1hVdh3OGDYAWpGe8EyCpqWHsAzSqVs: "completed after 10 s",
    video_68f1c3a2b4d08190a9e7c6b5d4f3e2a1: "failed after 8 s",
    video_busy_7d3f0a52c1e94b68: "completed after 14 s",
    "veo3.1-fast:1770350082-trii1OXZc3": "completed after 9 s",
    video_cdn_5c6a605a30c04a6a9dbd: "completed after 4 s",
    video_redirect_0f9b21c4: "completed after 4 s",
    video_large_40mb_9c2e77: "completed after 0 s",
    video_old_2b7d9e10: "expired after 0 s",
    "872284262215585819": "completed after 8 s",
    "736a6f88-bd29-4b1e-b110-37132a5325ac": "completed after 6 s",
    "1747190313867714": "completed after 5 s",
    video_nobody_knows: "http 404 after 0 s",
  });
});

test("the page, the presets, the package and the relay are on one origin", async () => {
  const page = await get("/");
  assert.deepEqual(
    [page.status, page.headers["content-type"], page.headers["cache-control"], page.text],
    [200, "text/html; charset=utf-8", "no-store", "<h1>page</h1>"],
  );
  assert.equal((await get("/app.js?id=x")).headers["content-type"], "text/javascript; charset=utf-8");
  assert.equal((await get("/pkg/testing.mjs")).headers["content-type"], "text/javascript; charset=utf-8");
  const listed = JSON.parse((await get("/presets.json")).text);
  assert.deepEqual(listed, presets);
  for (const preset of listed.presets) assert.deepEqual(Object.keys(preset), ["id", "format", "title", "shows"]);
  const head = await get("/", "HEAD");
  assert.deepEqual([head.headers["content-length"], head.text], ["13", ""]);
});

test("no path leads out of the folders", async () => {
  for (const path of [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/link.txt",
    "/pkg/../package.json",
    "/pkg/..%2fpackage.json",
    "/%00",
    "/nope",
    "/pkg/",
  ]) {
    assert.equal((await get(path)).status, 404, path);
  }
  assert.equal((await get("/%zz")).status, 400);
  assert.equal((await get("/", "POST")).status, 405);
});

test("a run of its own by the copy mark, with the demo's key only", async () => {
  const { id } = presets.presets[1];
  const ask = (suffix, init) => fetch(`${server.url}/v1/videos/${id}${suffix}`, init);
  assert.equal((await ask("")).status, 401);
  const first = await (await ask(`${presets.copyMark}1`, { headers })).json();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const second = await (await ask(`${presets.copyMark}2`, { headers })).json();
  assert.deepEqual([first.status, second.status], ["queued", "queued"]);
  assert.ok(second.created_at > first.created_at);
});

test("a port that is taken is named", async () => {
  const port = Number(new URL(server.url).port);
  await assert.rejects(serve({ port, pkg, log: () => {} }), { message: `port ${port} is in use` });
});
