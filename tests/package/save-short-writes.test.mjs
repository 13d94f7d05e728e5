// A disk that takes less at a time than it is given, without an error.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createClient } from "../../pkg/dist/index.mjs";
import { save } from "../../pkg/dist/node.mjs";
import { finished, folderOf } from "./lib/saving.mjs";
import { ranged, sha256, video } from "./lib/video.mjs";

const clip = video(6_000_000);

test("what it left is written next, and hashed once", async (t) => {
  const handle = await open(fileURLToPath(import.meta.url));
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { writev } = prototype;
  let short = 0;
  t.mock.method(prototype, "writev", function (buffers, position) {
    const all = Buffer.concat(buffers);
    // In the middle of a chunk, and between two.
    const room = short % 2 ? buffers[0].length : 300_001;
    short += 1;
    return writev.call(this, [all.subarray(0, room)], position);
  });
  const path = join(folderOf(t), "a.mp4");
  const { url } = await finished(t, (exchange) => ranged(exchange, clip));
  const saved = await save(createClient({ baseUrl: url, format: "openai-videos" }).download("a"), path);
  assert.ok(short > 20);
  assert.deepEqual([saved.sha256, sha256(readFileSync(path))], [sha256(clip), sha256(clip)]);
});
