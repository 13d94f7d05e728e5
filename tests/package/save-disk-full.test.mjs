// A disk that takes no more: a clear error that says how much is kept, and a next run that goes on from there.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createClient, ReelayError } from "../../pkg/dist/index.mjs";
import { save } from "../../pkg/dist/node.mjs";
import { failure } from "./lib/outcome.mjs";
import { child, cli, finished, folderOf, names, noteOf, outcomeOf, start, startSave } from "./lib/saving.mjs";
import { ranged, sha256, video } from "./lib/video.mjs";

const clip = video(20_000_000);
const hash = sha256(clip);
const whole = (t) => finished(t, (exchange) => ranged(exchange, clip));
const open = (url) => createClient({ baseUrl: url, format: "openai-videos" });
/** Under the shell's limit on the size of a file, in blocks of 1024 bytes: the kernel refuses what goes beyond. */
const limited = (blocks, args) => start(["bash", "-c", 'ulimit -f "$1" && shift && exec "$@"', "bash", String(blocks), process.execPath, ...args]);

describe("a disk that is full", { concurrency: 2 }, () => {
  test("by a limit of the system: download_incomplete, the part is kept, the next run goes on", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, ranges } = await whole(t);
    const outcome = outcomeOf(await limited(12_000, [child, url, path]).ended);
    assert.deepEqual([outcome.ok, outcome.code, outcome.cause], [false, "download_incomplete", "EFBIG"]);
    assert.equal(outcome.bytes, 12_000 * 1024, "every byte that fitted is kept");
    assert.match(outcome.message, /12288000 bytes are kept in .*a\.mp4\.part/);
    assert.match(outcome.hint, /limit on the size of files/);
    assert.deepEqual(names(folder), ["a.mp4.part", "a.mp4.part.json"]);
    assert.equal(statSync(`${path}.part`).size, outcome.bytes);
    const saved = await save(open(url).download("a"), path);
    assert.deepEqual([saved.resumedFrom, saved.sha256], [outcome.bytes, hash]);
    assert.deepEqual(ranges(), ["whole", `bytes=${outcome.bytes}-`]);
  });

  test("in reelay get: exit code 6, and what to do", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await whole(t);
    const { code, stderr } = await limited(9_000, [cli, "get", "a", "-o", path, "--base-url", url]).ended;
    assert.equal(code, 6);
    assert.match(stderr, /a file may not grow that large[^]*Raise the limit[^]*Kept: .*a\.mp4\.part[^]*To go on: reelay get a -o/);
    assert.equal((await save(open(url).download("a"), path)).sha256, hash);
  });

  for (const [what, room, kept] of [
    ["between two checkpoints: what the last one noted is kept", 15_000_000, (bytes) => bytes >= 8 << 20 && bytes < 15_000_000],
    ["before the first checkpoint", 3_000_000, (bytes) => bytes === 0],
    ["from the start", 0, (bytes) => bytes === 0],
  ]) {
    test(`so full that not even the note fits, ${what}`, async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url } = await whole(t);
      const node = ["--import", new URL("lib/full-disk.mjs", import.meta.url).href];
      const outcome = outcomeOf(await startSave(url, path, { node, env: { FULL_AFTER: String(room) } }).ended);
      assert.deepEqual([outcome.ok, outcome.code, outcome.cause], [false, "download_incomplete", "ENOSPC"]);
      assert.ok(kept(outcome.bytes), String(outcome.bytes));
      assert.match(outcome.message, /the disk is full/);
      if (outcome.bytes > 0) assert.equal(noteOf(path).bytes, outcome.bytes);
      const saved = await save(open(url).download("a"), path);
      assert.deepEqual([saved.resumedFrom, saved.sha256], [outcome.bytes, hash]);
      assert.deepEqual(names(folder), ["a.mp4"]);
    });
  }
});

describe("a place that cannot be written", () => {
  const trouble = async (t, path, code) => {
    const { url, requests } = await whole(t);
    const error = await failure(save(open(url).download("a"), path), "download_incomplete");
    assert.ok(error instanceof ReelayError && error.hint);
    assert.deepEqual([error.cause.code, error.bytes, requests.length], [code, 0, 0], "said before anything is asked");
    return error;
  };

  test("no such folder", async (t) => {
    const error = await trouble(t, join(folderOf(t), "none", "a.mp4"), "ENOENT");
    assert.match(error.message, /folder does not exist/);
  });

  test("a file where a folder should be", async (t) => {
    const folder = folderOf(t);
    writeFileSync(join(folder, "file"), "");
    await trouble(t, join(folder, "file", "a.mp4"), "ENOTDIR");
  });

  test("a folder where the file should be", async (t) => {
    const folder = folderOf(t);
    mkdirSync(join(folder, "a.mp4"));
    await trouble(t, join(folder, "a.mp4"), "EISDIR");
    assert.deepEqual(names(folder), ["a.mp4"]);
  });

  test("a name that is too long", (t) => trouble(t, join(folderOf(t), `${"a".repeat(250)}.mp4`), "ENAMETOOLONG"));

  test("a folder that this user may not write", async (t) => {
    const folder = folderOf(t);
    // Root may write anywhere; nobody may not.
    const root = process.getuid?.() === 0;
    chmodSync(folder, root ? 0o755 : 0o555);
    const { url, requests } = await whole(t);
    const outcome = outcomeOf(await startSave(url, join(folder, "a.mp4"), root ? { uid: 65_534, gid: 65_534 } : {}).ended);
    assert.deepEqual([outcome.ok, outcome.code, outcome.cause, requests.length], [false, "download_incomplete", "EACCES", 0]);
    assert.match(outcome.message, /permission is denied/);
  });

  test("a target that has become a folder meanwhile: the part is whole, and kept", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, requests } = await finished(t, (exchange) => {
      mkdirSync(path);
      return ranged(exchange, clip);
    });
    const error = await failure(save(open(url).download("a"), path), "download_incomplete");
    assert.equal(error.bytes, clip.length);
    assert.ok(existsSync(`${path}.part`));
    rmdirSync(path);
    const before = requests.length;
    assert.equal((await save(open(url).download("a"), path)).sha256, hash);
    assert.equal(requests.length, before, "nothing is fetched twice");
    assert.equal(sha256(readFileSync(path)), hash);
  });
});
