// save() and the command line in Node, Deno and Bun: cuts, kill -9, aborts, two writers, a full disk, Ctrl-C.
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { failure, within } from "../package/lib/outcome.mjs";
import { cli, finished, folderOf, names, noteOf, start as startProgram } from "../package/lib/saving.mjs";
import { partly, ranged, sha256, video } from "../package/lib/video.mjs";
import { createClient } from "../../pkg/dist/index.mjs";
import { save } from "../../pkg/dist/node.mjs";
import { run, runtimes, start } from "./lib/run.mjs";

const clip = video(20_000_000);
const hash = sha256(clip);
const whole = (exchange) => ranged(exchange, clip);
const allow = ["--allow-write"];
async function settle(ready) {
  for (let tries = 0; !ready(); tries++) {
    assert.ok(tries < 2_000, "it never came so far");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

for (const runtime of Object.keys(runtimes)) {
  describe(`save in ${runtime}`, { concurrency: 1 }, () => {
    test("a connection that is cut three times: the right bytes, every one once", async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url, ranges } = await finished(t, (exchange, nth) => (nth <= 3 ? partly(exchange, whole(exchange), 3_000_000, "cut") : whole(exchange)));
      const saved = await run(runtime, "save", { url, path }, { allow });
      assert.deepEqual([saved.bytes, saved.sha256, saved.resumedFrom], [clip.length, hash, 0]);
      assert.equal(sha256(readFileSync(path)), hash);
      assert.equal(ranges().length, 4);
      assert.deepEqual(names(folder), ["a.mp4"]);
    });

    test("kill -9, three times: the same bytes in the end", async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const long = video(40_000_000);
      const { url, ranges } = await finished(t, (exchange, nth) => {
        const rest = ranged(exchange, long);
        return nth <= 3 ? partly(exchange, rest, 9_000_000, "stall") : rest;
      });
      const noted = () => (existsSync(`${path}.part.json`) ? noteOf(path).bytes : 0);
      for (let nth = 0; nth < 3; nth++) {
        const before = noted();
        const child = start(runtime, "save", { url, path }, { allow });
        await settle(() => noted() >= before + (8 << 20));
        child.kill("SIGKILL");
        await assert.rejects(child.outcome, /SIGKILL/);
        assert.ok(!existsSync(path) && existsSync(`${path}.part.lock`));
      }
      const saved = await run(runtime, "save", { url, path }, { allow });
      assert.equal(saved.sha256, sha256(long), JSON.stringify(saved));
      assert.deepEqual(ranges().slice(1).map((range) => Number(/\d+/.exec(range)) >= 8 << 20), [true, true, true]);
      assert.equal(sha256(readFileSync(path)), sha256(long));
      assert.deepEqual(names(folder), ["a.mp4"]);
    });

    test("an abort: the reason itself, the part kept, and a next run", async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url } = await finished(t, whole);
      const stopped = await run(runtime, "save", { url, path, stopAt: 5_000_000 }, { allow });
      assert.equal(stopped.aborted, true, JSON.stringify(stopped));
      assert.deepEqual(names(folder), ["a.mp4.part", "a.mp4.part.json"]);
      const { bytes } = noteOf(path);
      const saved = await run(runtime, "save", { url, path }, { allow });
      assert.deepEqual([saved.resumedFrom, saved.sha256], [bytes, hash]);
    });

    test("two writers: the second is refused at once, by this runtime and by another", async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url, requests } = await finished(t, (exchange) => partly(exchange, whole(exchange), 10_000_000, "stall"));
      const first = start(runtime, "save", { url, path }, { allow });
      await settle(() => existsSync(`${path}.part`));
      const asked = requests.length;
      const second = await run(runtime, "save", { url, path }, { allow });
      assert.deepEqual([second.ok, second.code, requests.length], [false, "download_incomplete", asked], JSON.stringify(second));
      assert.match(second.message, new RegExp(`process ${first.pid} is saving to it`));
      await failure(save(createClient({ baseUrl: url }).download("a"), path), "download_incomplete");
      first.kill("SIGKILL");
      await assert.rejects(first.outcome);
    });

    test("a place that cannot be written: a clear error", async (t) => {
      const folder = folderOf(t);
      const { url } = await finished(t, whole);
      const missing = await run(runtime, "save", { url, path: join(folder, "none/a.mp4") }, { allow });
      assert.deepEqual([missing.code, missing.cause], ["download_incomplete", "ENOENT"]);
      const is = await run(runtime, "save", { url, path: folder }, { allow });
      assert.deepEqual([is.code, is.cause], ["download_incomplete", "EISDIR"]);
    });

    test("reelay get: Ctrl-C keeps the part, and the next run ends with the same bytes", async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url } = await finished(t, (exchange, nth) => (nth === 1 ? partly(exchange, whole(exchange), 15_000_000, "stall") : whole(exchange)));
      const get = () => startProgram([...runtimes[runtime](allow), cli, "get", "a", "-o", path, "--base-url", url, "--json"]);
      const first = get();
      await settle(() => existsSync(`${path}.part`) && statSync(`${path}.part`).size > 12_000_000);
      first.process.kill("SIGINT");
      const { code, stderr } = await within(first.ended, 20_000);
      assert.equal(code, 130, stderr);
      assert.match(stderr, /Interrupted\.\nKept: .*\nTo go on: reelay get a -o/);
      const { bytes } = noteOf(path);
      const second = await within(get().ended, 30_000);
      assert.equal(second.code, 0, second.stderr);
      const saved = JSON.parse(second.stdout.trim().split("\n").at(-1));
      assert.deepEqual([saved.event, saved.resumedFrom, saved.sha256], ["saved", bytes, hash]);
      assert.deepEqual(names(folder), ["a.mp4"]);
    });
  });
}
