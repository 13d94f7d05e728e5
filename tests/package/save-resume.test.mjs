// save() goes on where an earlier run ended: with what it left, and with nothing that may be another's.
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { save } from "../../pkg/dist/node.mjs";
import { begun, clip, open, slow, sound, whole } from "./lib/begun.mjs";
import { finished, folderOf, noteOf } from "./lib/saving.mjs";
import { mp4, ranged, sha256 } from "./lib/video.mjs";

function change(path, at) {
  const bytes = readFileSync(path);
  bytes[at] ^= 1;
  writeFileSync(path, bytes);
}

/** The note of the first bytes of the clip, as an earlier run left it. */
const noteFor = (url, bytes) => JSON.stringify({
  v: 1, of: { relay: url, id: "a", variant: "video", output: 0 }, bytes, sha256: sha256(clip.subarray(0, bytes)),
  whole: false, total: clip.length, validator: '"v1"', mediaType: null,
});

describe("going on", { concurrency: true }, () => {
  test("with If-Range", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, requests } = await slow(t);
    await begun(url, path);
    await save(open(url).download("a"), path);
    assert.equal(requests.at(-1).headers["if-range"], '"v1"');
    sound(path, folder);
  });

  test("where a server answers the whole again, the part is kept and the rest is written", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await slow(t, () => mp4(clip, { etag: '"v1"' }));
    const { bytes } = await begun(url, path);
    assert.equal((await save(open(url).download("a"), path)).resumedFrom, bytes);
    sound(path, folder);
  });

  test("after another version has appeared: from the first byte, and nothing of the old one is left", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const other = Buffer.from(clip.subarray(0, 300_000)).fill(9, 1000);
    const { url } = await slow(t, (exchange) => ranged(exchange, other, '"v2"'));
    await begun(url, path);
    const saved = await save(open(url).download("a"), path);
    assert.deepEqual([saved.resumedFrom, saved.bytes], [0, other.length]);
    sound(path, folder, other);
  });

  const damages = {
    "bytes behind the last checkpoint are cut off": [(path) => appendFileSync(`${path}.part`, Buffer.alloc(500_000, 7)), true],
    "a part that was cut is fetched anew": [(path) => truncateSync(`${path}.part`, 100_000), false],
    "a part in which a byte changed is fetched anew": [(path) => change(`${path}.part`, 70_000), false],
    "a part that is gone is fetched anew": [(path) => unlinkSync(`${path}.part`), false],
    "without a note, a part is nobody's": [(path) => unlinkSync(`${path}.part.json`), false],
    "a note cut short is none": [(path) => truncateSync(`${path}.part.json`, 40), false],
    "a note of nonsense is none": [(path) => writeFileSync(`${path}.part.json`, '{"v":1,"bytes":-1}'), false],
    "a note of a later version is none": [(path) => writeFileSync(`${path}.part.json`, JSON.stringify({ ...noteOf(path), v: 2 })), false],
    "a note that promises more than there is is not believed": [
      (path) => writeFileSync(`${path}.part.json`, JSON.stringify({ ...noteOf(path), bytes: 399_999 })),
      false,
    ],
    "a note that calls half a video whole is not believed": [
      (path) => {
        truncateSync(`${path}.part`, 100_000);
        writeFileSync(`${path}.part.json`, JSON.stringify({ ...noteOf(path), whole: true }));
      },
      false,
    ],
  };
  for (const [what, [damage, continues]] of Object.entries(damages)) {
    test(what, async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url, ranges } = await slow(t);
      const { bytes } = await begun(url, path);
      damage(path);
      const saved = await save(open(url).download("a"), path);
      assert.deepEqual(
        [saved.resumedFrom, ranges().at(-1), saved.sha256],
        [continues ? bytes : 0, continues ? `bytes=${bytes}-` : "whole", sha256(clip)],
      );
      sound(path, folder);
    });
  }

  // As a kill leaves it: what the note tells of is on the disk, what the marks behind it tell of was taken by the system.
  const marked = {
    "behind the last mark": [() => {}, 300_000],
    "before a byte that changed": [({ part }) => change(part, 280_000), 200_000],
    "behind the note, where nothing of the marks holds": [({ part }) => change(part, 120_000), 100_000],
    "from the first byte, where the note does not hold": [({ part }) => change(part, 50_000), 0],
    "before a mark cut short": [({ note }) => truncateSync(note, readFileSync(note).length - 9), 200_000],
    "before a mark of bytes that are not there": [({ part }) => truncateSync(part, 299_999), 200_000],
    "behind the marks, where a line between them is none": [({ note }) => writeFileSync(note, readFileSync(note, "utf8").replace("}\n", '}\n\0\0{"bytes":-1}\nnull\n[]\n')), 300_000],
    "behind the marks, where some came twice": [({ note }) => appendFileSync(note, lines([200_000, 300_000, 100_000])), 300_000],
  };
  const lines = (ends) => ends.map((bytes) => `${JSON.stringify({ bytes, sha256: sha256(clip.subarray(0, bytes)) })}\n`).join("");
  for (const [where, [damage, from]] of Object.entries(marked)) {
    test(where, async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url, ranges } = await finished(t, whole);
      const [part, note] = [`${path}.part`, `${path}.part.json`];
      writeFileSync(part, clip.subarray(0, 330_000));
      writeFileSync(note, `${noteFor(url, 100_000)}\n${lines([200_000, 300_000])}`);
      damage({ part, note });
      assert.equal((await save(open(url).download("a"), path)).resumedFrom, from);
      assert.deepEqual(ranges(), [from ? `bytes=${from}-` : "whole"]);
      sound(path, folder);
    });
  }

  for (const [what, next] of [
    ["another task", (url) => open(url).download("b")],
    ["another variant", (url) => open(url).download("a", { variant: "thumbnail" })],
    ["another relay", async (_, t) => open((await finished(t, whole)).url).download("a")],
  ]) {
    test(`never with the part of ${what}`, async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url, ranges } = await slow(t);
      await begun(url, path);
      assert.equal((await save(await next(url, t), path)).resumedFrom, 0);
      assert.ok(ranges().every((range) => range === "whole"));
      sound(path, folder);
    });
  }

  test("of the same task, named by its id, its ref or its snapshot", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await slow(t);
    const { bytes } = await begun(url, path);
    const client = open(`${url}/v1/`);
    const snapshot = await client.query("a");
    assert.equal((await save(client.download(snapshot), path)).resumedFrom, bytes);
    writeFileSync(`${path}.part`, clip.subarray(0, 1000));
    writeFileSync(`${path}.part.json`, noteFor(url, 1000));
    assert.equal((await save(client.download(snapshot.ref), path)).resumedFrom, 1000);
    sound(path, folder);
  });

  test("resume: false begins anew", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, ranges } = await slow(t);
    await begun(url, path);
    assert.equal((await save(open(url).download("a"), path, { resume: false })).resumedFrom, 0);
    assert.deepEqual(ranges(), ["whole", "whole"]);
    sound(path, folder);
  });

  /** What a run leaves that dies between its last byte and its last step. */
  async function atTheEnd(t, where) {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, requests, ranges } = await finished(t, whole);
    const note = { v: 1, of: { relay: url, id: "a", variant: "video", output: 0 }, bytes: clip.length, sha256: sha256(clip) };
    writeFileSync(where === "part" ? `${path}.part` : path, clip);
    const write = (more) => writeFileSync(`${path}.part.json`, JSON.stringify({ ...note, total: clip.length, validator: '"v1"', mediaType: "video/mp4", ...more }));
    return { folder, path, url, requests, ranges, write };
  }

  for (const where of ["part", "target"]) {
    test(`with all bytes in the ${where}: ends without a request`, async (t) => {
      const { folder, path, url, requests, write } = await atTheEnd(t, where);
      write({ whole: true });
      assert.deepEqual(await save(open(url).download("a"), path), {
        path,
        bytes: clip.length,
        sha256: sha256(clip),
        mediaType: "video/mp4",
        resumedFrom: clip.length,
      });
      assert.equal(requests.length, 0);
      sound(path, folder);
    });
  }

  test("with all bytes in a part that is not known to be whole: asks", async (t) => {
    const { folder, path, url, requests, write } = await atTheEnd(t, "part");
    write({ whole: false, total: null });
    const saved = await save(open(url).download("a"), path);
    assert.ok(requests.length > 0);
    assert.deepEqual([saved.bytes, saved.resumedFrom], [clip.length, clip.length]);
    sound(path, folder);
  });

  test("with a whole part in which a byte changed: fetches it anew", async (t) => {
    const { folder, path, url, ranges, write } = await atTheEnd(t, "part");
    const bytes = Buffer.from(clip);
    bytes[399_000] ^= 1;
    writeFileSync(`${path}.part`, bytes);
    write({ whole: true });
    assert.equal((await save(open(url).download("a"), path)).resumedFrom, 0);
    assert.deepEqual(ranges(), ["whole"]);
    sound(path, folder);
  });
});
