// A page whose video comes through the proxy: the element seeks in it, and the client in the page needs no key.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { createProxy } from "../../pkg/dist/proxy.mjs";
import { serve } from "../../pkg/dist/testing-node.mjs";
import { listener } from "../package/lib/proxied.mjs";
import { launch } from "./demo.mjs";

const KEY = "sk-server-only-secret";
const MB = 1 << 20;
const at = (path) => new URL(`../../pkg/${path}`, import.meta.url);

const box = (name, bytes) => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length + 8);
  return Buffer.concat([size, Buffer.from(name), bytes]);
};

/** The sample in two chunks, the second half of its pictures far behind the first: whoever seeks there must ask for a part. */
function stretched(gap) {
  const film = readFileSync(at("assets/sample.mp4"));
  const start = film.indexOf("mdat") - 4;
  const [sizes, perChunk, offsets] = ["stsz", "stsc", "stco"].map((name) => film.indexOf(name) + 8);
  const half = film.readUInt32BE(sizes + 4) / 2;
  assert.deepEqual([film.readUInt32BE(perChunk), film.readUInt32BE(offsets)], [1, 1], "the sample has one chunk");
  let length = 0;
  for (let picture = 0; picture < half; picture++) length += film.readUInt32BE(sizes + 8 + 4 * picture);

  // One more offset: four bytes more in every box around it.
  for (const name of ["moov", "trak", "mdia", "minf", "stbl", "stco"]) film.writeUInt32BE(film.readUInt32BE(film.indexOf(name) - 4) + 4, film.indexOf(name) - 4);
  film.writeUInt32BE(half, perChunk + 8);
  film.writeUInt32BE(2, offsets);
  film.writeUInt32BE(start + 12, offsets + 4);
  const second = Buffer.alloc(4);
  second.writeUInt32BE(start + 12 + length + gap + 16);
  const pictures = film.subarray(start + 8);
  return Buffer.concat([
    film.subarray(0, offsets + 8), second, film.subarray(offsets + 8, start),
    box("mdat", pictures.subarray(0, length)), box("free", Buffer.alloc(gap)), box("mdat", pictures.subarray(length)),
  ]);
}

const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>A page</title><video muted playsinline preload="auto"></video>`;
const film = stretched(40 * MB);
let relay, site, browser, base;

before(async () => {
  // Read to its end, this film would take a minute and more.
  const slow = { bytesPerSecond: 600_000 };
  relay = await serve({
    format: "openai-videos", apiKey: KEY,
    tasks: {
      film: [{ status: "succeeded", result: { place: "cdn", bytes: film, faults: Array.from({ length: 100 }, () => slow) } }],
      clip: [{ status: "queued" }, { status: "running", progress: 0.5 }, { status: "succeeded", result: { place: "content" } }],
    },
  });
  const proxy = createProxy({ baseUrl: relay.url, apiKey: KEY, authorize: (request) => /\buser=owner\b/.test(request.headers.get("cookie") ?? "") });
  const file = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/relay/")) return proxy(request);
    if (pathname === "/index.mjs") return new Response(readFileSync(at("dist/index.mjs")), { headers: { "content-type": "text/javascript" } });
    return new Response(page, { headers: { "content-type": "text/html", "set-cookie": "user=owner; HttpOnly; SameSite=Strict; Path=/" } });
  };
  site = createServer(listener(file));
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${site.address().port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  site?.closeAllConnections();
  site?.close();
  await relay?.close();
});

/** The page, its session begun; what it complains of is kept. */
async function opened(t) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(base);
  return { context, page, errors };
}

test("a <video> whose src is the proxy plays, and seeks to where nothing has been loaded", { timeout: 100_000 }, async (t) => {
  const { page, errors } = await opened(t);
  const seen = await page.evaluate(async () => {
    const video = document.querySelector("video");
    const event = (name) => new Promise((resolve, reject) => {
      video.addEventListener(name, resolve, { once: true });
      video.addEventListener("error", () => reject(new Error(`${video.error.code}: ${video.error.message}`)), { once: true });
    });
    const ready = event("loadeddata");
    video.src = "/api/relay/v1/videos/film/content";
    await ready;
    const seekable = video.seekable.length && video.seekable.end(0);
    const seeked = event("seeked");
    video.currentTime = 4.5;
    await seeked;
    return { width: video.videoWidth, duration: video.duration, seekable, time: video.currentTime, state: video.readyState };
  });
  assert.deepEqual({ ...seen, state: seen.state >= 2 }, { width: 640, duration: 5, seekable: 5, time: 4.5, state: true });
  const ranges = relay.requests.filter(({ url }) => url.startsWith(relay.cdnUrl)).map(({ headers }) => Number(/^bytes=(\d+)-/.exec(headers.range)?.[1]));
  assert.ok(ranges.some((from) => from > 39 * MB), `asked from ${ranges}`);
  assert.deepEqual(errors, []);
});

test("the client in the page needs no key, and its video plays", { timeout: 100_000 }, async (t) => {
  const { page, errors } = await opened(t);
  const seen = await page.evaluate(async () => {
    const { createClient } = await import("/index.mjs");
    const client = createClient({ baseUrl: new URL("/api/relay", location.href) });
    const statuses = [];
    const done = await client.wait("clip", { poll: { minMs: 1, maxMs: 5 }, onUpdate: ({ status }) => statuses.push(status) });
    const blob = await client.download(done).blob();
    const error = await client.query("nothing").catch(({ code, httpStatus }) => [code, httpStatus]);
    const video = document.querySelector("video");
    const played = new Promise((resolve, reject) => {
      video.onplaying = resolve;
      video.onerror = () => reject(new Error(video.error.message));
    });
    video.src = URL.createObjectURL(blob);
    await video.play();
    await played;
    return { statuses, error, type: blob.type, size: blob.size, width: video.videoWidth };
  });
  const sample = readFileSync(at("assets/sample.mp4")).length;
  assert.deepEqual(seen, { statuses: ["queued", "running", "succeeded"], error: ["not_found", 404], type: "video/mp4", size: sample, width: 640 });
  assert.deepEqual(errors, []);
  for (const { url, key } of relay.requests) assert.equal(key, !url.startsWith(relay.cdnUrl), url);
});

test("whoever has no session sees nothing", async (t) => {
  const { context, page } = await opened(t);
  await context.clearCookies();
  const status = await page.evaluate(() => fetch("/api/relay/v1/videos/film").then(({ status }) => status));
  assert.equal(status, 403);
});
