// `kill -9` at any moment, and a next run: the same bytes in the end, and until then nothing under the target's name.
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { cli, finished, folderOf, names, outcomeOf, paced, random, start, startSave } from "./lib/saving.mjs";
import { partly, ranged, sha256, video } from "./lib/video.mjs";

/** Another one can be given, and a failure names its own. */
const seed = Number(process.env.REELAY_SEED ?? 20261122);
const ways = {
  "save()": (url, path) => startSave(url, path),
  "reelay get": (url, path) => start([process.execPath, cli, "get", "a", "-o", path, "--base-url", url, "--json"]),
};

describe("killed at random moments", { concurrency: 1 }, () => {
  const clip = video(64 << 20);
  const hash = sha256(clip);

  for (const [index, [what, run]] of Object.entries(ways).entries()) {
    test(`${what}, ten times, and then let be: the same sha256`, async (t) => {
      const chance = random(seed + index);
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      let reached = () => {};
      const { url, ranges } = await finished(t, (exchange) => paced(exchange, ranged(exchange, clip), { piece: 1 << 20, sent: (bytes) => reached(bytes) }));
      for (let nth = 1; nth <= 10; nth++) {
        const running = run(url, path);
        // By the bytes on their way, so that it falls into the download however fast the machine is; some kills come at its very end.
        const left = clip.length - Number(/\d+/.exec(ranges().at(-1))?.[0] ?? 0);
        const at = chance() < 0.8 ? chance() * Math.min(left, 20 << 20) : left;
        const later = chance() * 40;
        reached = (bytes) => bytes >= at && setTimeout(() => running.process.kill("SIGKILL"), later);
        const { signal, stdout } = await running.ended;
        const note = `seed ${seed}, kill ${nth}`;
        if (signal === null) assert.match(stdout, new RegExp(hash), note);
        else assert.equal(signal, "SIGKILL", note);
        if (existsSync(path)) assert.equal(sha256(readFileSync(path)), hash, `${note}: the target is whole or not there`);
      }
      reached = () => {};
      const { code, stdout, stderr } = await run(url, path).ended;
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(hash));
      assert.equal(sha256(readFileSync(path)), hash);
      assert.deepEqual(names(folder), ["a.mp4"]);
      assert.ok(ranges().some((range) => range !== "whole"), "runs went on where the last one had died");
    });
  }
});

test("a kill costs 8 MiB at most, however quickly they came, and however long ago the last checkpoint was", async (t) => {
  const clip = video(48 << 20);
  const folder = folderOf(t);
  const path = join(folder, "a.mp4");
  const size = () => (existsSync(`${path}.part`) ? statSync(`${path}.part`).size : 0);
  const { url, ranges } = await finished(t, (exchange, nth) => (nth === 1 ? partly(exchange, ranged(exchange, clip), 40 << 20, "stall") : ranged(exchange, clip)));
  const running = startSave(url, path);
  while (size() < 36 << 20) await sleep(1);
  running.process.kill("SIGKILL");
  assert.equal((await running.ended).signal, "SIGKILL");
  const written = size();
  const { resumedFrom, sha256: hash } = outcomeOf(await startSave(url, path).ended);
  assert.ok(resumedFrom >= written - (8 << 20) && resumedFrom <= written, `${resumedFrom} of ${written}`);
  assert.deepEqual([hash, ranges().at(-1)], [sha256(clip), `bytes=${resumedFrom}-`]);
});

describe("killed before every step in the file system", () => {
  const clip = video(200_000);
  const preload = ["--import", new URL("lib/die-at.mjs", import.meta.url).href];
  const whole = (exchange) => ranged(exchange, clip);

  test("each of them", async (t) => {
    const folder = folderOf(t);
    const { url } = await finished(t, whole);
    const died = new Set();
    for (let step = 1; ; step++) {
      const path = join(folder, `${step}.mp4`);
      const beside = () => names(folder).filter((name) => name.startsWith(`${step}.mp4`));
      const killed = await startSave(url, path, { node: preload, env: { DIE_AT: String(step) } }).ended;
      if (killed.signal === null) {
        assert.equal(outcomeOf(killed).sha256, sha256(clip));
        break;
      }
      assert.equal(killed.signal, "SIGKILL");
      if (existsSync(path)) assert.equal(sha256(readFileSync(path)), sha256(clip), `step ${step}: whole or not there`);
      died.add(beside().join().replaceAll(String(step), ""));
      const outcome = outcomeOf(await startSave(url, path).ended);
      assert.equal(outcome.sha256, sha256(clip), `step ${step}: ${JSON.stringify(outcome)}`);
      assert.equal(sha256(readFileSync(path)), sha256(clip));
      assert.deepEqual(beside(), [`${step}.mp4`]);
      assert.ok(step < 300, "it comes to an end");
    }
    assert.ok(died.size >= 5, `deaths at different stages: ${[...died].join(" | ")}`);
  });
});
