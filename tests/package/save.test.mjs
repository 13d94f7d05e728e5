// save(): a whole file or none under the target's name, and what ends a save.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createClient, ReelayError } from "../../pkg/dist/index.mjs";
import { save } from "../../pkg/dist/node.mjs";
import { mockRelay } from "../../pkg/dist/testing.mjs";
import { begun, clip, open, slow, sound, whole } from "./lib/begun.mjs";
import { failure, thrown } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";
import { finished, folderOf, names, noteOf } from "./lib/saving.mjs";
import { mp4, partly, sha256, video } from "./lib/video.mjs";

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

  test("is never further ahead of the disk than one write, what waits for the next, and a chunk", async (t) => {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const [big, piece, ahead] = [video(8_000_000), 8_000, 2 * (1 << 20)];
    let given = 0;
    let most = 0;
    const own = async (address) => {
      if (!address.endsWith("/content")) return new Response(JSON.stringify(task("completed")));
      const body = new ReadableStream(
        {
          pull(controller) {
            most = Math.max(most, given - (statSync(`${path}.part`, { throwIfNoEntry: false })?.size ?? 0));
            if (given === big.length) return controller.close();
            controller.enqueue(big.subarray(given, (given += piece)));
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(body, { headers: { "content-type": "video/mp4", "content-length": big.length } });
    };
    const saved = await save(open("https://relay.example", { fetch: own }).download("a"), path);
    assert.equal(saved.sha256, sha256(big));
    assert.ok(most <= ahead + 2 * piece, `${most} bytes were ahead of the disk`);
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
