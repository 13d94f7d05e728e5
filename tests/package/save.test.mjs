// save(): a whole file or none under the target's name, and a next run that goes on where the last one ended.
import assert from "node:assert/strict";
import { appendFileSync, existsSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createClient, ReelayError } from "../../pkg/dist/index.mjs";
import { save } from "../../pkg/dist/node.mjs";
import { mockRelay } from "../../pkg/dist/testing.mjs";
import { failure, thrown } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";
import { finished, folderOf, names, noteOf } from "./lib/saving.mjs";
import { mp4, partly, ranged, sha256, video } from "./lib/video.mjs";

const clip = video(400_000);
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test-key", format: "openai-videos", ...more });
const whole = (exchange) => ranged(exchange, clip);

/** A save that is aborted once so many bytes have come: what it left. */
async function begun(url, path, { at = 150_000, id = "a", ...options } = {}) {
  const stop = new AbortController();
  const reason = new Error("enough");
  const onProgress = ({ bytes }) => bytes >= at && stop.abort(reason);
  assert.equal(await thrown(save(open(url).download(id, { onProgress, ...options }), path, { signal: stop.signal })), reason);
  return noteOf(path);
}

/** A relay whose first answer is only half, so that an abort in the middle has a middle. */
const slow = (t, more) =>
  finished(t, (exchange, nth) => (nth === 1 ? partly(exchange, whole(exchange), 200_000, "stall") : (more ?? whole)(exchange)));

function sound(path, folder, bytes = clip) {
  assert.equal(sha256(readFileSync(path)), sha256(bytes));
  assert.deepEqual(names(folder), [relative(folder, path)], "nothing is left beside the target");
}

describe("a save", { concurrency: true }, () => {
  test("writes the file and tells what it is", async (t) => {
    const folder = folderOf(t);
    const { url } = await finished(t, whole);
    const path = join(folder, "a.mp4");
    assert.deepEqual(await save(open(url).download("a"), path), {
      path,
      bytes: clip.length,
      sha256: sha256(clip),
      mediaType: "video/mp4",
      resumedFrom: 0,
    });
    sound(path, folder);
  });

  test("takes a file: URL and a relative path, and gives an absolute one", async (t) => {
    const folder = folderOf(t);
    const { url } = await finished(t, whole);
    const path = join(folder, "ein Film.mp4");
    assert.equal((await save(open(url).download("a"), pathToFileURL(path))).path, path);
    assert.equal((await save(open(url).download("a"), relative(process.cwd(), path))).path, path);
    sound(path, folder);
  });

  test("works from the CommonJS entry, whose errors are of the CommonJS main entry", async (t) => {
    const require = createRequire(import.meta.url);
    const cjs = { ...require("../../pkg/dist/index.cjs"), ...require("../../pkg/dist/node.cjs") };
    const folder = folderOf(t);
    const { url } = await finished(t, whole);
    const download = cjs.createClient({ baseUrl: url, format: "openai-videos" }).download("a");
    await cjs.save(download, join(folder, "a.mp4"));
    sound(join(folder, "a.mp4"), folder);
    const error = await thrown(cjs.save(download, ""));
    assert.ok(error instanceof cjs.ReelayError && !(error instanceof ReelayError));
    // A download of one copy can be saved by the other.
    await save(download, join(folder, "a.mp4"));
  });

  test("what stood at the target is there until the new bytes are whole", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    writeFileSync(path, "old");
    const { url } = await slow(t);
    await begun(url, path);
    assert.equal(readFileSync(path, "utf8"), "old");
    await save(open(url).download("a"), path);
    sound(path, folder);
  });

  test("of bytes without a length, of a data: address, and of bytes that come in JSON", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await finished(t, ({ response }) => {
      response.writeHead(200, { "content-type": "video/mp4" });
      response.write(clip.subarray(0, 1000));
      response.end(clip.subarray(1000));
    });
    assert.equal((await save(open(url).download("a"), path)).sha256, sha256(clip));
    for (const place of ["data", "base64"]) {
      const mock = mockRelay({ tasks: { a: [{ status: "succeeded", result: { place } }] } });
      const client = createClient({ baseUrl: mock.baseUrl, fetch: mock.fetch });
      const saved = await save(client.download("a"), path);
      assert.equal(saved.sha256, sha256(await client.download("a").bytes()), place);
    }
  });

  test("asks for the next chunk only when the last one is written", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const piece = 8_000;
    let given = 0;
    let most = 0;
    const own = async (address) => {
      if (!address.endsWith("/content")) return new Response(JSON.stringify(task("completed")));
      const body = new ReadableStream(
        {
          pull(controller) {
            most = Math.max(most, given - (statSync(`${path}.part`, { throwIfNoEntry: false })?.size ?? 0));
            if (given === clip.length) return controller.close();
            controller.enqueue(clip.subarray(given, (given += piece)));
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(body, { headers: { "content-type": "video/mp4", "content-length": clip.length } });
    };
    await save(open("https://relay.example", { fetch: own }).download("a"), path);
    sound(path, folder);
    assert.ok(most <= piece, `${most} bytes were ahead of the disk`);
  });
});

describe("what ends a save", { concurrency: true }, () => {
  for (const [what, signals] of [
    ["its own signal", (signal) => [{}, { signal }]],
    ["the download's signal", (signal) => [{ signal }, {}]],
    ["its own signal, beside one of the download", (signal) => [{ signal: new AbortController().signal }, { signal }]],
    ["the download's signal, beside one of its own", (signal) => [{ signal }, { signal: new AbortController().signal }]],
  ]) {
    test(`${what}: rejects with the reason itself, keeps the part, leaves nothing open`, async (t) => {
      const folder = folderOf(t);
      const path = join(folder, "a.mp4");
      const { url, idle, ranges } = await slow(t);
      const stop = new AbortController();
      const [ofDownload, ofSave] = signals(stop.signal);
      const onProgress = ({ bytes }) => bytes >= 150_000 && stop.abort(reason);
      const reason = { why: "enough" };
      assert.equal(await thrown(save(open(url).download("a", { onProgress, ...ofDownload }), path, ofSave)), reason);
      await idle();
      assert.deepEqual(names(folder), ["a.mp4.part", "a.mp4.part.json"]);
      const { bytes } = noteOf(path);
      assert.ok(bytes >= 150_000 && bytes === statSync(`${path}.part`).size);
      if (existsSync("/proc/self/fd")) {
        const held = readdirSync("/proc/self/fd").map((fd) => {
          try {
            return readlinkSync(`/proc/self/fd/${fd}`);
          } catch {
            return "";
          }
        });
        assert.deepEqual(held.filter((name) => name.startsWith(folder)), []);
      }
      const saved = await save(open(url).download("a"), path);
      assert.equal(saved.resumedFrom, bytes);
      assert.deepEqual(ranges(), ["whole", `bytes=${bytes}-`]);
      sound(path, folder);
    });
  }

  test("a signal that has fired before: nothing is asked and no file is made", async (t) => {
    const folder = folderOf(t);
    const { url, requests } = await finished(t, whole);
    const signal = AbortSignal.abort("no");
    assert.equal(await thrown(save(open(url).download("a"), join(folder, "a.mp4"), { signal })), "no");
    assert.equal(await thrown(save(open(url).download("a", { signal }), join(folder, "a.mp4"))), "no");
    assert.deepEqual([requests.length, names(folder)], [0, []]);
  });

  test("what onProgress throws comes back as it is, and the part stays", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await slow(t);
    const mine = new Error("mine");
    const onProgress = ({ bytes }) => {
      if (bytes > 100_000) throw mine;
    };
    assert.equal(await thrown(save(open(url).download("a", { onProgress }), path)), mine);
    assert.ok(noteOf(path).bytes > 0);
  });

  test("a download that cannot go on: download_incomplete with the bytes that are kept", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await finished(t, (exchange, nth) =>
      nth === 1 ? partly(exchange, whole(exchange), 120_000, "cut") : nth === 2 ? reply(503, {}, "") : whole(exchange),
    );
    const error = await failure(save(open(url, { retries: 1 }).download("a"), path), "download_incomplete");
    assert.equal(error.ref.id, "a");
    assert.equal(error.bytes, statSync(`${path}.part`).size);
    assert.equal((await save(open(url).download("a"), path)).resumedFrom, error.bytes);
    sound(path, folder);
  });

  for (const [code, answers, body] of [
    ["not_a_video", () => reply(200, { "content-type": "video/mp4" }, "<!doctype html><p>Not today"), task("completed")],
    ["no_output", () => reply(404, {}, ""), task("completed")],
    ["task_failed", () => reply(404, {}, ""), task("failed", { error: { code: "moderation", message: "no" } })],
  ]) {
    test(`${code} comes through, and leaves no file of any name`, async (t) => {
      const folder = folderOf(t);
      const { url } = await finished(t, answers, body);
      const error = await failure(save(open(url).download("a"), join(folder, "a.mp4")), code);
      assert.ok(error instanceof ReelayError);
      assert.deepEqual([error.ref.id, names(folder)], ["a", []]);
    });
  }

  test("a relay that is down leaves an earlier part as it was", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await slow(t, () => reply(500, {}, ""));
    const { bytes } = await begun(url, path);
    await thrown(save(open(url, { retries: 0 }).download("a"), path));
    assert.equal(noteOf(path).bytes, bytes);
    assert.equal(statSync(`${path}.part`).size, bytes);
  });
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
    "a part in which a byte changed is fetched anew": [
      (path) => {
        const bytes = readFileSync(`${path}.part`);
        bytes[70_000] ^= 1;
        writeFileSync(`${path}.part`, bytes);
      },
      false,
    ],
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
    const note = { v: 1, of: { relay: url, id: "a", variant: "video", output: 0 }, bytes: 1000, total: clip.length, validator: '"v1"' };
    writeFileSync(`${path}.part.json`, JSON.stringify({ ...note, sha256: sha256(clip.subarray(0, 1000)), whole: false, mediaType: null }));
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

describe("safety", { concurrency: true }, () => {
  test("neither the key nor a signed address is written beside the target", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await relay(t, (exchange) =>
      exchange.path.endsWith(".mp4")
        ? partly(exchange, whole(exchange), 200_000, "stall")
        : json(task("completed", { video_url: `http://127.0.0.1:${exchange.request.socket.localPort}/clip.mp4?sig=hidden-signature` })),
    );
    await begun(url, path);
    const text = readFileSync(`${path}.part.json`, "utf8");
    assert.doesNotMatch(text, /hidden-signature|sk-test-key|clip\.mp4/);
    assert.deepEqual(names(folder), ["a.mp4.part", "a.mp4.part.json"]);
  });

  test("a link in the part's place is not followed", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const victim = join(folder, "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, `${path}.part`);
    const { url } = await finished(t, whole);
    const error = await failure(save(open(url).download("a"), path), "download_incomplete");
    assert.equal(error.cause.code, "ELOOP");
    assert.equal(readFileSync(victim, "utf8"), "precious");
  });

  test("an id that looks like a path stays in the note", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url } = await finished(t, whole);
    await save(open(url).download("../../etc/passwd"), path);
    sound(path, folder);
  });
});

describe("arguments", () => {
  const download = () => open("http://127.0.0.1:1").download("a");
  const path = "/nowhere/a.mp4";
  for (const [what, args] of [
    ["no download", [null, path]],
    ["a download of something else", [{ stream: () => new ReadableStream() }, path]],
    ["no path", [download(), undefined]],
    ["an empty path", [download(), ""]],
    ["a path with a NUL", [download(), "a\0.mp4"]],
    ["a number", [download(), 7]],
    ["a path that ends as a folder", [download(), "/nowhere/"]],
    ["an address", [download(), new URL("https://relay.example/a.mp4")]],
    ["resume as text", [download(), path, { resume: "no" }]],
    ["a signal that is none", [download(), path, { signal: {} }]],
  ]) {
    test(`${what}: invalid_argument`, async () => {
      assert.ok((await failure(save(...args), "invalid_argument")) instanceof ReelayError);
    });
  }
});
