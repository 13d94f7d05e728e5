// Two that save to one target: one does, the other is told so at once; and a lock whose owner is dead holds nobody up.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { save } from "../../pkg/dist/node.mjs";
import { failure, pause, thrown, within } from "./lib/outcome.mjs";
import { finished, folderOf, names, outcomeOf, startSave } from "./lib/saving.mjs";
import { ranged, sha256, video } from "./lib/video.mjs";

const clip = video(300_000);
const open = (url) => createClient({ baseUrl: url, format: "openai-videos" });

/** A relay that sends the first half, and the rest when `go` is called. */
async function halting(t) {
  let go;
  const open = new Promise((resolve) => (go = resolve));
  const server = await finished(t, async (exchange) => {
    const { status, headers, body } = ranged(exchange, clip);
    const { response } = exchange;
    response.writeHead(status, headers);
    response.write(body.subarray(0, body.length / 2));
    await open;
    response.end(body.subarray(body.length / 2));
  });
  return { ...server, go };
}

async function there(path) {
  for (let tries = 0; !existsSync(path); tries++) {
    if (tries > 1000) throw new Error(`${path} never came`);
    await pause(10);
  }
}

function sound(folder, path) {
  assert.equal(sha256(readFileSync(path)), sha256(clip));
  assert.deepEqual(names(folder), ["a.mp4"]);
}

/** A process that is no more. */
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;
/** What this process would write into a lock: taken from a real one. */
async function ownName(t) {
  const folder = folderOf(t);
  const path = join(folder, "own.mp4");
  const { url, go } = await halting(t);
  const saving = save(open(url).download("a"), path);
  await there(`${path}.part`);
  const name = JSON.parse(readFileSync(`${path}.part.lock`, "utf8"));
  go();
  await saving;
  return name;
}

describe("two writers", { concurrency: 4 }, () => {
  test("in two processes: the second is refused at once, the first goes on", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, go, requests } = await halting(t);
    const first = startSave(url, path);
    await there(`${path}.part`);
    const before = requests.length;
    const second = outcomeOf(await startSave(url, path).ended);
    assert.deepEqual([second.ok, second.code], [false, "download_incomplete"]);
    assert.match(second.message, new RegExp(`process ${first.process.pid} is saving to it`));
    assert.equal(requests.length, before, "it asked nothing");
    go();
    assert.equal(outcomeOf(await first.ended).sha256, sha256(clip));
    sound(folder, path);
  });

  test("in one process", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, go } = await halting(t);
    const first = save(open(url).download("a"), path);
    await there(`${path}.part`);
    const error = await failure(save(open(url).download("a"), path), "download_incomplete");
    assert.match(error.hint, /Wait for the other/);
    go();
    await first;
    sound(folder, path);
    await save(open(url).download("a"), path);
  });

  test("a stopped process is no dead one", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, go } = await halting(t);
    const first = startSave(url, path);
    await there(`${path}.part`);
    first.process.kill("SIGSTOP");
    utimesSync(`${path}.part.lock`, 1, 1);
    if (process.platform === "linux") await failure(save(open(url).download("a"), path), "download_incomplete");
    first.process.kill("SIGCONT");
    go();
    assert.equal(outcomeOf(await first.ended).ok, true);
    sound(folder, path);
  });

  test("six processes find one dead lock: one of them saves, five are refused", async (t) => {
    const name = await ownName(t);
    for (let round = 0; round < 3; round++) {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      writeFileSync(`${path}.part.lock`, JSON.stringify({ ...name, pid: deadPid(), token: "dead" }));
      const { url, go } = await halting(t);
      const all = Array.from({ length: 6 }, () => startSave(url, path));
      // The one that saves cannot end before the others have.
      const refused = await within(
        new Promise((resolve) => {
          const ended = [];
          for (const { ended: end } of all) void end.then((how) => ended.push(how) === 5 && resolve(ended.slice()));
        }),
        30_000,
      );
      for (const how of refused) assert.deepEqual([outcomeOf(how).ok, outcomeOf(how).code], [false, "download_incomplete"]);
      go();
      const outcomes = await Promise.all(all.map(async ({ ended }) => outcomeOf(await ended)));
      assert.equal(outcomes.filter(({ ok }) => ok).length, 1);
      sound(folder, path);
    }
  });

  test("a lock that is taken away under a writer ends it, and it renames nothing", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, go } = await halting(t);
    const first = save(open(url).download("a"), path);
    await there(`${path}.part`);
    rmSync(`${path}.part.lock`);
    go();
    const error = await failure(first, "download_incomplete");
    assert.match(error.message, /lock was taken over or removed/);
    assert.ok(!existsSync(path));
    await save(open(url).download("a"), path);
    sound(folder, path);
  });
});

describe("a lock that is left", { concurrency: 8 }, () => {
  /** Saves where a lock stands already. */
  async function against(t, content, touched, options) {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const lock = `${path}.part.lock`;
    writeFileSync(lock, typeof content === "string" ? content : JSON.stringify(content));
    if (touched) utimesSync(lock, touched, touched);
    const { url, requests } = await finished(t, (exchange) => ranged(exchange, clip));
    return { folder, path, requests, saving: save(open(url).download("a"), path, options) };
  }
  const markOf = (text) => sha256(text).slice(0, 12);
  const old = new Date(Date.now() - 3_600_000);
  const ahead = new Date(Date.now() + 3_600_000);

  for (const [what, content, touched] of [
    ["by a process that is dead", (name) => ({ ...name, pid: deadPid(), token: "x" })],
    ["by one whose number another process has now", (name) => ({ ...name, start: "1", token: "x" })],
    ["empty, by a process that died while it made it", () => ""],
    ["with nonsense in it", () => "{]"],
    ["by another machine, just touched for the last time", (name) => ({ ...name, machine: "elsewhere", token: "x" })],
    ["by another machine whose clock is an hour ahead", (name) => ({ ...name, machine: "elsewhere", token: "x" }), ahead],
    ["by a process that cannot be told of, untouched for an hour", (name) => ({ ...name, start: null, token: "x" }), old],
  ]) {
    test(`${what} is taken over`, async (t) => {
      const { folder, path, saving } = await against(t, content(await ownName(t)), touched);
      await within(saving, 20_000);
      sound(folder, path);
    });
  }

  test("is watched no longer than the caller wants", async (t) => {
    const signal = AbortSignal.timeout(300);
    const { folder, saving } = await against(t, { ...(await ownName(t)), machine: "elsewhere", token: "x" }, old, { signal });
    assert.equal(await thrown(saving, 3_000), signal.reason);
    assert.deepEqual(names(folder), ["a.mp4.part.lock"]);
  });

  test("by a process that lives is respected", async (t) => {
    const { folder, requests, saving } = await against(t, { ...(await ownName(t)), token: "x" });
    await failure(saving, "download_incomplete");
    assert.deepEqual([requests.length, names(folder)], [0, ["a.mp4.part.lock"]]);
  });

  test("by another machine that touches it while it is watched is respected", async (t) => {
    const { path, saving } = await against(t, { ...(await ownName(t)), machine: "elsewhere", token: "x" }, old);
    await pause(1_000);
    utimesSync(`${path}.part.lock`, old, new Date(old.getTime() + 2_000));
    await failure(saving, "download_incomplete");
  });

  test("is left alone if somebody else took it over first", async (t) => {
    const name = await ownName(t);
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const dead = JSON.stringify({ ...name, pid: deadPid(), token: "one" });
    const alive = JSON.stringify({ ...name, token: "two" });
    writeFileSync(`${path}.part.lock`, dead);
    // The right to take it over is not free at once: time in which another one takes it.
    writeFileSync(`${path}.part.lock-${markOf(dead)}`, "");
    const { url } = await finished(t, (exchange) => ranged(exchange, clip));
    // It looks at its signal as it begins, and each time that it looks at a lock.
    const { signal } = new AbortController();
    let looks = 0;
    signal.throwIfAborted = () => void (looks += 1);
    const saving = save(open(url).download("a"), path, { signal });
    while (looks < 2) await pause(5);
    writeFileSync(`${path}.part.lock`, alive);
    await failure(saving, "download_incomplete");
    assert.equal(readFileSync(`${path}.part.lock`, "utf8"), alive);
    assert.deepEqual(names(folder), ["a.mp4.part.lock"]);
  });

  test("by two: the dead owner, and one who died while taking over", async (t) => {
    const name = await ownName(t);
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const dead = JSON.stringify({ ...name, pid: deadPid(), token: "one" });
    writeFileSync(`${path}.part.lock`, dead);
    writeFileSync(`${path}.part.lock-${markOf(dead)}`, JSON.stringify({ ...name, pid: deadPid(), token: "two" }));
    const { url } = await finished(t, (exchange) => ranged(exchange, clip));
    await save(open(url).download("a"), path);
    sound(folder, path);
  });
});
