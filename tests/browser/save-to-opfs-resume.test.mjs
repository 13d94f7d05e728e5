// saveToOPFS in Chromium, taken up again: after a reload or a crash of the browser, and where the part that is kept does not fit.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { ranged, sha256, video } from "../package/lib/video.mjs";
import { findChromium } from "../../tools/setup-browser.mjs";
import { args, launch } from "../page/demo.mjs";
import { files, holding, kept, noteOf, outcome, put, read, videos } from "./lib/downloads.mjs";
import { clip, hash, MiB, path, saved, saving, whole } from "./lib/opfs.mjs";
import { open, tab } from "./lib/site.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

describe("a save that was cut", () => {
  test("a reload in the middle: it goes on behind what is kept, with Range and If-Range", async (t) => {
    const { content, go, held } = holding(clip, 10 * MiB);
    const server = await videos(t, content);
    const page = await open(t, browser, server.url);
    const cut = saving(page).catch(() => "gone with the page");
    await held;
    const had = await kept(page, path);
    const beside = await files(page);
    assert.deepEqual(Object.keys(beside).filter((name) => !name.startsWith(`${path}.part/`)), [], "nothing under the target's name");
    const note = await noteOf(page, path);
    assert.deepEqual([note.of, note.validator, note.total], [{ relay: server.url, id: "a", variant: "video", output: 0 }, '"v1"', clip.length]);
    await page.reload();
    assert.equal(await cut, "gone with the page");
    go();
    await page.waitForFunction(() => window.ready);
    assert.deepEqual(await saving(page), saved(had));
    assert.ok(had >= 8 * MiB);
    assert.equal(await read(page, path), hash);
    assert.deepEqual(await files(page), { [path]: clip.length });
    assert.deepEqual(server.ranges(), ["whole", `bytes=${had}-`]);
    assert.equal(server.asked().at(-1).headers["if-range"], '"v1"');
  });

  test("a browser that is killed, and started again", async (t) => {
    const profile = mkdtempSync(join(tmpdir(), "reelay-profile-"));
    const options = { executablePath: findChromium(), args };
    t.after(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
    const { content, go, held } = holding(clip, 10 * MiB);
    const { url, ranges } = await videos(t, content);
    const first = await chromium.launchPersistentContext(profile, options);
    const page = await tab(first, url);
    void saving(page).catch(() => {});
    await held;
    const had = await kept(page, path);
    const session = await first.newCDPSession(page);
    const gone = new Promise((resolve) => first.once("close", resolve));
    await session.send("Browser.crash").catch(() => {});
    await gone;
    go();
    const second = await chromium.launchPersistentContext(profile, options);
    t.after(() => second.close());
    const again = await tab(second, url);
    assert.deepEqual(await saving(again), saved(had));
    assert.equal(await read(again, path), hash);
    assert.deepEqual(await files(again), { [path]: clip.length });
    assert.deepEqual(ranges(), ["whole", `bytes=${had}-`]);
  });

  test("a slow relay: what came is kept every 2 seconds, however little it is", async (t) => {
    const small = video(200_000);
    const { url } = await videos(t, async (exchange) => {
      const { status, headers, body } = ranged(exchange, small);
      exchange.response.writeHead(status, headers);
      for (let at = 0; at < body.length && !exchange.response.destroyed; at += 1_000) {
        exchange.response.write(body.subarray(at, at + 1_000));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
    const page = await open(t, browser, url);
    void saving(page).catch(() => {});
    assert.ok(await kept(page, path) < small.length);
  });
});

describe("a part that does not fit", () => {
  /** A part of 8 MiB or more, left behind by a reload. */
  async function leftBehind(t, etag) {
    const first = holding(clip, 10 * MiB, etag);
    let content = first.content;
    const server = await videos(t, (exchange) => content(exchange));
    const page = await open(t, browser, server.url);
    void saving(page).catch(() => {});
    await first.held;
    const had = await kept(page, path);
    await page.reload();
    await page.waitForFunction(() => window.ready);
    const answer = (next) => (content = next);
    answer(whole);
    return { ...server, page, had, answer };
  }

  test("another version of the video: it begins anew", async (t) => {
    const { page, answer, had, ranges } = await leftBehind(t);
    const other = video(12 * MiB + 5).fill(7, 100);
    answer((exchange) => ranged(exchange, other, '"v2"'));
    const { resumedFrom, bytes } = await saving(page);
    assert.deepEqual([resumedFrom, bytes], [0, other.length]);
    assert.equal(await read(page, path), sha256(other));
    assert.equal(ranges()[1], `bytes=${had}-`);
    assert.deepEqual(await files(page), { [path]: other.length });
  });

  test("another task: it begins anew", async (t) => {
    const { page, ranges } = await leftBehind(t);
    assert.deepEqual(await saving(page, { id: "b" }), saved(0));
    assert.equal(ranges().at(-1), "whole");
  });

  test("resume: false begins anew", async (t) => {
    const { page, ranges } = await leftBehind(t);
    assert.deepEqual(await saving(page, { resume: false }), saved(0));
    assert.equal(ranges().at(-1), "whole");
    assert.equal(await read(page, path), hash);
  });

  test("a byte that changed: what stands before its piece is used", async (t) => {
    const { page, answer, ranges } = await leftBehind(t);
    // Two pieces: the rest is cut once more.
    answer((exchange) => {
      const { status, headers, body } = ranged(exchange, clip);
      exchange.response.writeHead(status, headers);
      exchange.response.write(body.subarray(0, 1_000_000));
    });
    void outcome(page, (path) => {
      window.stop = new AbortController();
      return saveToOPFS(relay.download("a", { onProgress: ({ bytes }) => (window.seen = bytes) }), path, { signal: window.stop.signal });
    }, path);
    const first = (await noteOf(page, path)).pieces[0].bytes;
    await page.waitForFunction((had) => window.seen > had, first);
    await page.evaluate(() => window.stop.abort("cut"));
    const all = await kept(page, path, first + 1);
    const { pieces } = await noteOf(page, path);
    assert.ok(pieces.length > 1 && all > first);
    await put(page, `${path}.part/1`, "x".repeat(pieces[1].bytes));
    answer(whole);
    assert.deepEqual(await saving(page), saved(first));
    assert.equal(ranges().at(-1), `bytes=${first}-`);
    assert.equal(await read(page, path), hash);
  });

  test("a note that says nothing of use: it begins anew", async (t) => {
    const small = video(50_000);
    const { url } = await videos(t, (exchange) => ranged(exchange, small));
    const page = await open(t, browser, url);
    for (const note of ["", "{", "null", '{"v":2}', '{"v":1,"pieces":7}']) {
      await put(page, `${path}.part/note.json`, note);
      await put(page, `${path}.part/0`, "something");
      const { resumedFrom, bytes } = await saving(page);
      assert.deepEqual([resumedFrom, bytes], [0, small.length], note);
      assert.deepEqual(await files(page), { [path]: small.length });
    }
  });
});
