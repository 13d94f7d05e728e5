// saveAs in Chromium: by a link into the browser's downloads, and by the dialog, of which a stub stands in for the window alone: the file is real.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { ranged, sha256, video } from "../package/lib/video.mjs";
import { launch } from "../page/demo.mjs";
import { files, holding, outcome, put, read, room, videos } from "./lib/downloads.mjs";
import { open } from "./lib/site.mjs";

const clip = video(3_000_000);
const hash = sha256(clip);
const whole = (exchange) => ranged(exchange, clip);

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A tab without the dialog, as Firefox and Safari are. */
async function linking(t, content) {
  const server = await videos(t, content);
  const page = await open(t, browser, server.url);
  await page.evaluate(() => delete window.showSaveFilePicker);
  return { ...server, page };
}

/** A tab whose dialog has the user choose `picked.mp4`, or ends as `window.dialog` says; `window.asked` tells with what it was opened. */
async function picking(t, content) {
  const server = await videos(t, content);
  const page = await open(t, browser, server.url);
  await page.evaluate(() => {
    window.showSaveFilePicker = async (options) => {
      window.asked = { ...options, inClick: navigator.userActivation.isActive };
      await window.dialog?.();
      return (await navigator.storage.getDirectory()).getFileHandle("picked.mp4", { create: true });
    };
  });
  return { ...server, page };
}

/** saveAs in a click's handler; what came of it. */
async function clicked(page, name = "clip.mp4", options = {}) {
  await page.evaluate(([name, options]) => {
    const button = document.body.appendChild(document.createElement("button"));
    button.textContent = "Save";
    window.seen = [];
    window.saved = new Promise((resolve, reject) => {
      button.onclick = () => saveAs(relay.download("a", { onProgress: (now) => seen.push(now), ...options }), name).then(resolve, reject);
    });
    window.saved.catch(() => {});
  }, [name, options]);
  await page.getByRole("button", { name: "Save" }).click();
  return outcome(page, () => window.saved);
}
const done = { ok: true, bytes: clip.length, mediaType: "video/mp4" };

describe("saveAs by a link", () => {
  test("the browser's download has every byte", async (t) => {
    const { page, url } = await linking(t, whole);
    const coming = page.waitForEvent("download");
    assert.deepEqual(await clicked(page), done);
    const file = await coming;
    assert.equal(file.suggestedFilename(), "clip.mp4");
    assert.equal(sha256(readFileSync(await file.path())), hash);
    assert.match(file.url(), new RegExp(`^blob:${url}/`));
    assert.deepEqual(await page.evaluate(() => seen.at(-1)), { bytes: clip.length, total: clip.length });
    assert.deepEqual(page.errors, []);
  });

  test("the blob is given back later, and not before", async (t) => {
    const { page } = await linking(t, whole);
    await page.clock.install();
    await page.evaluate(() => {
      const revoke = URL.revokeObjectURL;
      window.revoked = [];
      URL.revokeObjectURL = (url) => { window.revoked.push(url); revoke(url); };
    });
    const coming = page.waitForEvent("download");
    assert.deepEqual(await clicked(page), done);
    const blob = (await coming).url();
    assert.deepEqual(await page.evaluate(() => window.revoked), []);
    await page.clock.fastForward(60_000);
    assert.deepEqual(await page.evaluate(() => window.revoked), [blob]);
  });

  test("an ending by the media type, where the name has none", async (t) => {
    const webm = Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(2_000, 7)]);
    const { page } = await linking(t, () => ({ status: 200, headers: { "content-type": "video/webm; codecs=vp9", "content-length": webm.length }, body: webm }));
    const coming = page.waitForEvent("download");
    assert.equal((await clicked(page, "my film")).ok, true);
    assert.equal((await coming).suggestedFilename(), "my film.webm");
  });

  test("a failed download leaves nothing", async (t) => {
    const { page } = await linking(t, () => ({ status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>Sign in</title>" }));
    let came = 0;
    page.on("download", () => came++);
    const { code, hint } = await clicked(page);
    assert.deepEqual([code, typeof hint, came], ["not_a_video", "string", 0]);
  });

  for (const own of [true, false]) {
    test(`an abort by ${own ? "its own" : "the download's"} signal ends it at once`, async (t) => {
      const { content, held } = holding(clip, 1_000_000);
      const { page, idle } = await linking(t, content);
      const running = outcome(page, (own) => {
        window.stop = new AbortController();
        const { signal } = window.stop;
        return saveAs(relay.download("a", own ? {} : { signal }), "clip.mp4", own ? { signal } : {});
      }, own);
      await held;
      await page.evaluate(() => window.stop.abort("enough"));
      assert.deepEqual(await running, { ok: false, reason: "enough" });
      await idle();
    });
  }

  test("without a click Chromium shows no dialog: the link takes its place", async (t) => {
    const { url } = await videos(t, whole);
    const context = await browser.newContext();
    t.after(() => context.close());
    // By the page itself: what a test has a page do counts as a click.
    await context.addInitScript(() => {
      const timer = setInterval(() => {
        if (!window.ready) return;
        clearInterval(timer);
        window.dialogs = typeof showSaveFilePicker;
        window.saved = saveAs(relay.download("a"), "clip.mp4");
      }, 20);
    });
    const page = await context.newPage();
    const coming = page.waitForEvent("download");
    await page.goto(url);
    assert.equal(sha256(readFileSync(await (await coming).path())), hash);
    assert.deepEqual(await outcome(page, () => window.saved), done);
    assert.equal(await page.evaluate(() => window.dialogs), "function");
  });
});

describe("saveAs by the dialog", () => {
  test("streams into the file that the user chose, asked for in the click", async (t) => {
    const { page, ranges } = await picking(t, whole);
    page.on("download", () => page.errors.push("a link as well"));
    assert.deepEqual(await clicked(page), done);
    assert.deepEqual(await page.evaluate(() => window.asked), { suggestedName: "clip.mp4", types: [{ accept: { "video/mp4": [".mp4"] } }], inClick: true });
    assert.equal(await read(page, "picked.mp4"), hash);
    assert.deepEqual([ranges(), await files(page), page.errors], [["whole"], { "picked.mp4": clip.length }, []]);
    assert.deepEqual(await page.evaluate(() => seen.at(-1)), { bytes: clip.length, total: clip.length });
  });

  test("closed by the user: its AbortError itself, and nothing is asked", async (t) => {
    const { page, asked } = await picking(t, whole);
    await page.evaluate(() => (window.dialog = () => { throw (window.thrown = new DOMException("The user aborted a request.", "AbortError")); }));
    assert.equal((await clicked(page)).name, "AbortError");
    assert.ok(await page.evaluate(() => window.saved.catch((error) => error === window.thrown)));
    assert.deepEqual([asked().length, await files(page)], [0, {}]);
  });

  test("Chromium's own dialog, which a browser without a window closes at once: the same", async (t) => {
    const { url, asked } = await videos(t, whole);
    const page = await open(t, browser, url);
    const { name, code } = await clicked(page);
    assert.deepEqual([name, code, asked().length], ["AbortError", undefined, 0]);
  });

  for (const name of ["SecurityError", "NotAllowedError"]) {
    test(`refused with ${name}, as in another site's frame: the link takes its place`, async (t) => {
      const { page } = await picking(t, whole);
      await page.evaluate((name) => (window.dialog = () => { throw new DOMException("no", name); }), name);
      const coming = page.waitForEvent("download");
      assert.deepEqual(await clicked(page), done);
      assert.equal(sha256(readFileSync(await (await coming).path())), hash);
    });
  }

  test("a failed download leaves no file, and what was there as it was", async (t) => {
    const { page } = await picking(t, (exchange) => {
      if (exchange.headers.range) return { status: 404, headers: {}, body: "" };
      const { status, headers, body } = whole(exchange);
      exchange.response.writeHead(status, headers);
      exchange.response.write(body.subarray(0, 1_000_000), () => setTimeout(() => exchange.response.destroy(), 100));
    });
    const { code } = await clicked(page);
    assert.ok(code, "a ReelayError");
    assert.ok(await page.evaluate(() => seen.length > 0), "bytes had come");
    assert.deepEqual(await files(page), {});
    await put(page, "picked.mp4", "the film before");
    assert.equal((await outcome(page, () => saveAs(relay.download("a"), "clip.mp4"))).code, code);
    assert.equal(await read(page, "picked.mp4", "text"), "the film before");
  });

  test("an abort in the middle leaves no file", async (t) => {
    const { content, held } = holding(clip, 1_000_000);
    const { page, idle } = await picking(t, content);
    const running = outcome(page, () => {
      window.stop = new AbortController();
      return saveAs(relay.download("a", { onProgress: () => (window.began = true) }), "clip.mp4", { signal: window.stop.signal });
    });
    await held;
    await page.waitForFunction(() => window.began);
    await page.evaluate(() => window.stop.abort("enough"));
    assert.deepEqual(await running, { ok: false, reason: "enough" });
    await idle();
    assert.deepEqual(await files(page), {});
  });

  test("an abort while the dialog is open: at once, and no file is left when the user chooses after all", async (t) => {
    const { page, asked } = await picking(t, whole);
    await page.evaluate(() => (window.dialog = () => new Promise((resolve) => (window.choose = resolve))));
    const running = outcome(page, () => {
      window.stop = new AbortController();
      return saveAs(relay.download("a"), "clip.mp4", { signal: window.stop.signal });
    });
    await page.waitForFunction(() => window.choose);
    await page.evaluate(() => window.stop.abort("enough"));
    assert.deepEqual(await running, { ok: false, reason: "enough" });
    await page.evaluate(() => {
      const { remove } = FileSystemHandle.prototype;
      window.removed = new Promise((resolve) => (FileSystemHandle.prototype.remove = function () { return remove.call(this).then(resolve); }));
      window.choose();
      return window.removed;
    });
    assert.deepEqual([asked().length, await files(page)], [0, {}]);
  });

  test("a disk that is full: download_incomplete, what to do, and no file", async (t) => {
    const { page } = await picking(t, whole);
    await room(page, 1_000_000);
    const { code, cause, hint, message } = await clicked(page);
    assert.deepEqual([code, cause], ["download_incomplete", "QuotaExceededError"]);
    assert.equal(message, "Cannot save picked.mp4: there is no room left.");
    assert.equal(hint, "Delete other files of this site, or make room on the disk, then save again.");
    await room(page);
    assert.deepEqual(await files(page), {});
  });

  test("names that no file can have", async (t) => {
    const { page } = await picking(t, whole);
    const asked = (name, variant) => page.evaluate(async ([name, variant]) => {
      window.dialog = () => { throw new DOMException("closed", "AbortError"); };
      await saveAs(relay.download("a", { variant }), name).catch(() => {});
      const { suggestedName, types } = window.asked;
      return [suggestedName, types?.[0].accept];
    }, [name, variant]);
    const mp4 = { "video/mp4": [".mp4"] };
    for (const [name, expected, accept = mp4] of [
      ["clip", "clip.mp4"],
      ["Ein Film für Zoë 🎬", "Ein Film für Zoë 🎬.mp4"],
      ["../../etc/passwd", "__.._etc_passwd.mp4"],
      ["a/b\\c:d*e?f\"g<h>i|j.mp4", "a_b_c_d_e_f_g_h_i_j.mp4"],
      ["line\nbreak\0.mp4", "line_break_.mp4"],
      ["clip\u202E4pm.exe", "clip_4pm.exe", null],
      [".hidden", "_hidden.mp4"],
      ["dots... ", "dots.mp4"],
      ["CON.mp4", "_CON.mp4"],
      ["nul", "_nul.mp4"],
      ["", "video.mp4"],
      ["...", "_.mp4"],
      ["\ud83d", "_.mp4"],
      ["x".repeat(300), `${"x".repeat(100)}.mp4`],
      ["clip.MOV", "clip.MOV", { "video/quicktime": [".MOV"] }],
      ["clip.JPEG", "clip.JPEG", { "image/jpeg": [".JPEG"] }],
    ]) assert.deepEqual(await asked(name), [expected, accept ?? undefined], JSON.stringify(name));
    assert.deepEqual(await asked("still", "thumbnail"), ["still.webp", { "image/webp": [".webp"] }]);
  });

  test("what is no download, no name and no signal", async (t) => {
    const { page, asked } = await picking(t, whole);
    for (const work of [() => saveAs(null, "a"), () => saveAs({}, "a"), () => saveAs(relay.download("a"), 7), () => saveAs(relay.download("a"), "a", { signal: 1 })]) {
      assert.equal((await outcome(page, work)).code, "invalid_argument", String(work));
    }
    assert.deepEqual([asked().length, await page.evaluate(() => window.asked)], [0, undefined]);
  });
});
