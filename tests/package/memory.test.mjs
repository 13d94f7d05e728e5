// Memory: video bytes pass through and are never held; calls leave nothing behind. Each in a process of its own.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { json, relay, task } from "./lib/relay.mjs";
import { video } from "./lib/video.mjs";

const MB = 1 << 20;
const SIZE = 200 * MB;
const block = video(MB);
const script = fileURLToPath(new URL("lib/memory-child.mjs", import.meta.url));

async function child(what, url = "", flags = []) {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", ...flags, script, what, url], { timeout: 60_000 });
  return JSON.parse(stdout);
}

/** A relay whose tasks are done, and whose videos are as long as asked, made while they are sent. */
const endless = (t, sizes) =>
  relay(t, async ({ path, response }) => {
    const [, id, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(path);
    if (!content) return json(task("completed"));
    response.writeHead(200, { "content-type": "video/mp4", ...(sizes[id] && { "content-length": sizes[id] }) });
    for (let sent = 0; sent < (sizes[id] ?? Infinity) && !response.destroyed; sent += MB) {
      if (!response.write(block)) await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
    }
    response.end();
  });

test("200 MB stream through in flat memory", async (t) => {
  const { url } = await endless(t, { "warm-up": 8 * MB, big: SIZE });
  const { bytes, result, rssGrowth, wasmGrowth } = await child("download", url);
  assert.deepEqual([bytes, result], [SIZE, { bytes: SIZE, mediaType: "video/mp4" }]);
  assert.ok(rssGrowth < 80 * MB, `the process grew by ${Math.round(rssGrowth / MB)} MB`);
  assert.equal(wasmGrowth, 0, "no video byte enters the core's memory");
});

test("a stream that is dropped half read gives its connection back", async (t) => {
  const { url, asked } = await endless(t, {});
  const done = child("dropped", url);
  const { response } = await asked(2);
  // While the process lives: its end would close the connection as well.
  const first = await Promise.race([
    new Promise((resolve) => response.once("close", () => resolve("given back"))),
    done.then(() => "the process ended"),
  ]);
  assert.equal(first, "given back");
  await done;
});

describe("what many calls leave behind", { concurrency: 2 }, () => {
  for (const what of ["queries", "failures", "aborts", "waits", "downloads", "clients"]) {
    test(what, async () => {
      const { heapGrowth, wasmGrowth, wasm } = await child(what);
      assert.ok(heapGrowth < 2 * MB, `the heap grew by ${Math.round(heapGrowth / 1024)} KB`);
      // Two pages: clients that are garbage and not yet noticed.
      assert.ok(wasmGrowth <= 2 * 65_536, `the core's memory grew by ${wasmGrowth / 1024} KB`);
      assert.ok(wasm < 4 * MB);
    });
  }
});

// A function written into a property where it is made is old at once, and so is all that it holds: a query kept 4 KB until the next full collection.
test("what a call is done with is taken by the small collections", async () => {
  // As it is written: what V8 makes quicker it makes in fewer objects, sooner or later.
  const { byHand, query, wait } = await child("kept", "", ["--no-opt"]);
  assert.ok(query < byHand + 1024, `a query kept ${query} bytes, one by hand ${byHand}`);
  assert.ok(wait < byHand + 1024, `a wait kept ${wait} bytes, one by hand ${byHand}`);
});
