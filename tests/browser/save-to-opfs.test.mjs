// saveToOPFS in Chromium: into files of the site's own, over aborts, full disks and a second tab.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ranged } from "../package/lib/video.mjs";
import { launch } from "../page/demo.mjs";
import { files, holding, kept, keptOf, outcome, put, read, room, videos } from "./lib/downloads.mjs";
import { clip, hash, MiB, path, saved, saving, whole } from "./lib/opfs.mjs";
import { open, tab } from "./lib/site.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

describe("saveToOPFS", () => {
  test("the whole video, in folders that it makes, and nothing beside it", async (t) => {
    const { url, ranges } = await videos(t, whole);
    const page = await open(t, browser, url);
    const progress = await page.evaluate(async () => {
      const seen = [];
      await saveToOPFS(relay.download("a", { onProgress: (now) => seen.push(now) }), "b.mp4");
      return { first: seen[0], last: seen.at(-1) };
    });
    assert.deepEqual(progress.last, { bytes: clip.length, total: clip.length });
    assert.ok(progress.first.bytes < clip.length);
    assert.deepEqual(await saving(page), saved(0));
    assert.deepEqual([await read(page, path), await read(page, "b.mp4")], [hash, hash]);
    assert.deepEqual(await files(page), { "b.mp4": clip.length, [path]: clip.length });
    assert.deepEqual(ranges(), ["whole", "whole"]);
    assert.deepEqual(page.errors, []);
  });

  test("what stood there is replaced in one go, at the end", async (t) => {
    const { content, go, held } = holding(clip, 10 * MiB);
    const { url } = await videos(t, content);
    const page = await open(t, browser, url);
    await put(page, path, "the film before");
    const running = saving(page);
    await held;
    await kept(page, path);
    assert.equal(await read(page, path, "text"), "the film before");
    go();
    assert.deepEqual(await running, saved(0));
    assert.equal(await read(page, path), hash);
    assert.deepEqual(await files(page), { [path]: clip.length });
  });

  test("two tabs: the second is told so, and goes on when the first is gone", async (t) => {
    const { content, go, held } = holding(clip, 10 * MiB);
    const { url, ranges } = await videos(t, content);
    const page = await open(t, browser, url);
    const other = await tab(page.context(), url);
    const cut = saving(page).catch(() => "gone with the tab");
    await held;
    const had = await kept(page, path);
    const refused = await saving(other);
    assert.deepEqual([refused.code, refused.hint], ["download_incomplete", "Wait for it, or choose another path."]);
    assert.match(refused.message, /another tab or worker is saving to it/);
    assert.deepEqual(ranges(), ["whole"], "refused before anything is asked");
    // Another path is free.
    go();
    assert.deepEqual(await saving(other, { to: "c.mp4" }), saved(0, "c.mp4"));
    await cut;
    assert.ok(had > 0);
  });

  test("a tab that is closed lets go", async (t) => {
    const { content, go, held } = holding(clip, 10 * MiB);
    const { url } = await videos(t, content);
    const page = await open(t, browser, url);
    const other = await tab(page.context(), url);
    void saving(page).catch(() => {});
    await held;
    const had = await kept(page, path);
    await page.close();
    go();
    assert.deepEqual(await saving(other), saved(had));
    assert.equal(await read(other, path), hash);
  });

  for (const own of [true, false]) {
    test(`an abort by ${own ? "its own" : "the download's"} signal keeps the part, and rejects with the reason itself`, async (t) => {
      const { content, go, held } = holding(clip, 10 * MiB);
      const { url, ranges, idle } = await videos(t, content);
      const page = await open(t, browser, url);
      const running = outcome(page, ({ path, own }) => {
        window.stop = new AbortController();
        const { signal } = window.stop;
        const onProgress = ({ bytes }) => (window.seen = bytes);
        return own ? saveToOPFS(relay.download("a", { onProgress }), path, { signal }) : saveToOPFS(relay.download("a", { onProgress, signal }), path);
      }, { path, own });
      await held;
      await page.waitForFunction((bytes) => window.seen === bytes, 10 * MiB);
      await page.evaluate(() => window.stop.abort("enough"));
      assert.deepEqual(await running, { ok: false, reason: "enough" });
      await idle();
      const had = await keptOf(page, path);
      assert.equal(had, 10 * MiB, "every byte that came");
      go();
      assert.deepEqual(await saving(page), saved(had));
      assert.deepEqual(ranges(), ["whole", `bytes=${had}-`]);
      assert.equal(await read(page, path), hash);
    });
  }

  test("aborted before it begins: nothing is asked and nothing is written", async (t) => {
    const { url, asked } = await videos(t, whole);
    const page = await open(t, browser, url);
    const ended = await outcome(page, (path) => saveToOPFS(relay.download("a"), path, { signal: AbortSignal.abort("no") }), path);
    assert.deepEqual([ended.reason, asked().length, await files(page)], ["no", 0, {}]);
  });
});

describe("files that refuse", () => {
  test("no room: download_incomplete with what is kept, and the next run goes on", async (t) => {
    const { url, ranges } = await videos(t, whole);
    const page = await open(t, browser, url);
    await room(page, 10 * MiB);
    const full = await saving(page);
    assert.deepEqual([full.code, full.cause], ["download_incomplete", "QuotaExceededError"]);
    assert.ok(full.bytes >= 8 * MiB && full.bytes === await keptOf(page, path), String(full.bytes));
    assert.match(full.message, /there is no room left\. \d+ bytes are kept\.$/);
    assert.match(full.hint, /^Delete other files of this site, or make room on the disk, then save again, it goes on from there\.$/);
    await room(page);
    assert.deepEqual(await saving(page), saved(full.bytes));
    assert.deepEqual(ranges(), ["whole", `bytes=${full.bytes}-`]);
    assert.equal(await read(page, path), hash);
  });

  test("an abort that nobody asked for, again and again: what was to be written is written again", async (t) => {
    const { url, ranges } = await videos(t, whole);
    const page = await open(t, browser, url);
    await page.evaluate(() => {
      const { write } = FileSystemWritableFileStream.prototype;
      let aborted = 0;
      FileSystemWritableFileStream.prototype.write = function (...given) {
        if ((aborted += 1) > 4) return write.apply(this, given);
        return Promise.reject(new DOMException("The operation was aborted.", "AbortError"));
      };
    });
    assert.deepEqual(await saving(page), saved(0));
    assert.deepEqual(ranges(), ["whole"]);
    assert.equal(await read(page, path), hash);
  });

  for (const [how, before] of [
    ["moved", () => {}],
    ["copied", () => delete FileSystemFileHandle.prototype.move],
  ]) {
    test(`no room for the whole, which is to be ${how}: nothing is fetched twice`, async (t) => {
      const { url, ranges } = await videos(t, whole);
      const page = await open(t, browser, url);
      await page.evaluate(before);
      await room(page, 20 * MiB);
      const full = await saving(page);
      assert.deepEqual([full.code, full.cause, full.bytes], ["download_incomplete", "QuotaExceededError", clip.length]);
      assert.ok(!(path in await files(page)), "nothing under the target's name");
      await room(page);
      assert.deepEqual(await saving(page), saved(clip.length));
      assert.deepEqual(ranges(), ["whole"]);
      assert.equal(await read(page, path), hash);
      assert.deepEqual(await files(page), { [path]: clip.length });
    });
  }

  test("nothing stands under the target's name until the whole is moved there", async (t) => {
    const { url } = await videos(t, whole);
    const page = await open(t, browser, url);
    await page.evaluate(() => {
      const { move } = FileSystemFileHandle.prototype;
      FileSystemFileHandle.prototype.move = async function (folder, name) {
        window.before = { there: (await Array.fromAsync(folder.keys())).includes(name), size: (await this.getFile()).size };
        return move.call(this, folder, name);
      };
    });
    assert.deepEqual(await saving(page), saved(0));
    assert.deepEqual(await page.evaluate(() => window.before), { there: false, size: clip.length });
  });

  test("a browser that cannot move files, with and without a file there", async (t) => {
    const { url } = await videos(t, whole);
    const page = await open(t, browser, url);
    await page.evaluate(() => delete FileSystemFileHandle.prototype.move);
    await put(page, "b.mp4", "before");
    assert.deepEqual(await saving(page), saved(0));
    assert.deepEqual(await saving(page, { to: "b.mp4" }), saved(0, "b.mp4"));
    assert.deepEqual([await read(page, path), await read(page, "b.mp4")], [hash, hash]);
    assert.deepEqual(await files(page), { "b.mp4": clip.length, [path]: clip.length });
  });

  test("a folder in the file's place, and a file in a folder's", async (t) => {
    const { url, asked } = await videos(t, whole);
    const page = await open(t, browser, url);
    await put(page, "a.mp4/inside", "x");
    await put(page, "file", "x");
    for (const to of ["a.mp4", "file/a.mp4"]) {
      const { code, cause, hint } = await saving(page, { to });
      assert.deepEqual([code, cause, hint], ["download_incomplete", "TypeMismatchError", "Choose another path, then save again."], to);
    }
    assert.equal(asked().length, 0, "said before anything is asked");
  });

  test("what cannot be a path", async (t) => {
    const { url, asked } = await videos(t, whole);
    const page = await open(t, browser, url);
    for (const to of ["", "/a.mp4", "a/", "a//b", "./a", "a/../b", "a\\b.mp4", 7, null]) {
      const { code, hint } = await outcome(page, (to) => saveToOPFS(relay.download("a"), to), to);
      assert.deepEqual([code, typeof hint], ["invalid_argument", "string"], String(to));
    }
    for (const work of [() => saveToOPFS(null, "a"), () => saveToOPFS({}, "a"), () => saveToOPFS(relay.download("a"), "a", { resume: 1 }), () => saveToOPFS(relay.download("a"), "a", { signal: {} })]) {
      assert.equal((await outcome(page, work)).code, "invalid_argument", String(work));
    }
    assert.deepEqual([asked().length, await files(page)], [0, {}]);
  });

  for (const [what, take] of [
    ["createWritable", () => delete FileSystemFileHandle.prototype.createWritable],
    ["a storage of the site's own", () => Object.defineProperty(navigator, "storage", { value: undefined })],
    ["locks", () => Object.defineProperty(navigator, "locks", { value: undefined })],
  ]) {
    test(`a browser without ${what}: invalid_argument, and what to do`, async (t) => {
      const { url, asked } = await videos(t, whole);
      const page = await open(t, browser, url);
      await page.evaluate(take);
      const { code, hint } = await saving(page);
      assert.equal(code, "invalid_argument");
      assert.match(hint, /https or localhost, and Chrome 86, Firefox 111, Safari 26 or newer; elsewhere use saveAs\(\)/);
      assert.equal(asked().length, 0);
    });
  }

  test("a browser that forbids the site to keep files", async (t) => {
    const { url } = await videos(t, whole);
    const page = await open(t, browser, url);
    await page.evaluate(() => (StorageManager.prototype.getDirectory = async () => { throw new DOMException("no", "SecurityError"); }));
    const { code, cause, hint } = await saving(page);
    assert.deepEqual([code, cause], ["download_incomplete", "SecurityError"]);
    assert.match(hint, /Allow this site to store data/);
  });
});

test("the download's own failure comes as it is, and the part stays", async (t) => {
  let broken = false;
  const { url } = await videos(t, (exchange) => {
    if (broken) return { status: 403, headers: { "content-type": "application/json" }, body: '{"error":{"message":"no"}}' };
    broken = true;
    const { status, headers, body } = ranged(exchange, clip);
    exchange.response.writeHead(status, headers);
    exchange.response.write(body.subarray(0, 9 * MiB), () => setTimeout(() => exchange.response.destroy(), 300));
  });
  const page = await open(t, browser, url);
  const { code, cause } = await saving(page);
  assert.notEqual(code, undefined);
  assert.equal(cause, undefined);
  assert.ok(await keptOf(page, path) >= 8 * MiB);
});

test("in a worker", async (t) => {
  const { url } = await videos(t, whole);
  const page = await open(t, browser, url);
  const told = await page.evaluate(() => new Promise((resolve, reject) => {
    const code = `
      import { createClient } from "${location.origin}/pkg/index.mjs";
      import { saveAs, saveToOPFS } from "${location.origin}/pkg/browser.mjs";
      const relay = createClient({ baseUrl: "${location.origin}", format: "openai-videos" });
      const { bytes } = await saveToOPFS(relay.download("a"), "w.mp4");
      const refused = await saveAs(relay.download("a"), "w.mp4").catch(({ code, hint }) => ({ code, hint }));
      postMessage({ bytes, refused });`;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  }));
  assert.deepEqual(told, { bytes: clip.length, refused: { code: "invalid_argument", hint: "In a worker use saveToOPFS(), in Node save() of reelay/node." } });
  assert.equal(await read(page, "w.mp4"), hash);
});
