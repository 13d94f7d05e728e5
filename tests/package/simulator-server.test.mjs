// The relay simulator on a real port: a stand-in that the openai client takes for the real thing, and faults of real sockets.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import OpenAI, { NotFoundError } from "openai";
import { createClient } from "../../pkg/dist/index.mjs";
import { mockRelay } from "../../pkg/dist/testing.mjs";
import { serve } from "../../pkg/dist/testing-node.mjs";

const open = [];
after(() => Promise.all(open.map((server) => server.close())));

async function start(script, options) {
  const server = await serve(script, options);
  open.push(server);
  return server;
}

const done = (result) => ({ tasks: { a: [{ status: "succeeded", result }] } });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("the openai client: retrieve, downloadContent, create, list, delete, errors", async () => {
  const id = "sora-2:task_01k6x15vhrff09dkkqjrzwhm60";
  const { url, requests } = await start({
    apiKey: "demo",
    tasks: {
      [id]: [{ status: "queued" }, { status: "running", progress: 0.5 }, { http: 503, retryAfter: 0 }, { status: "succeeded" }],
      bad: [{ status: "failed", error: { code: "moderation_blocked", message: "Blocked." } }],
    },
  });
  const client = new OpenAI({ apiKey: "demo", baseURL: `${url}/v1` });

  const seen = [];
  for (;;) {
    const video = await client.videos.retrieve(id);
    seen.push(`${video.status} ${video.progress}`);
    if (video.status === "completed") break;
  }
  assert.deepEqual(seen, ["queued 0", "in_progress 50", "completed 100"]);
  assert.deepEqual(
    requests.map(({ status }) => status),
    [200, 200, 503, 200],
    "the 503 was retried by the client",
  );

  const content = await client.videos.downloadContent(id);
  const bytes = new Uint8Array(await content.arrayBuffer());
  assert.equal(content.headers.get("content-type"), "video/mp4");
  assert.equal(new TextDecoder().decode(bytes.subarray(4, 8)), "ftyp");
  assert.equal(bytes.length, Number(content.headers.get("content-length")));
  const thumbnail = await client.videos.downloadContent(id, { variant: "thumbnail" });
  assert.equal(new TextDecoder().decode(new Uint8Array(await thumbnail.arrayBuffer()).subarray(8, 12)), "WEBP");

  const failed = await client.videos.retrieve("bad");
  assert.deepEqual([failed.status, failed.error], ["failed", { code: "moderation_blocked", message: "Blocked." }]);
  await assert.rejects(
    client.videos.retrieve("nope"),
    (error) => error instanceof NotFoundError && error.code === "task_not_found" && error.requestID !== null,
  );
  await assert.rejects(new OpenAI({ apiKey: "wrong", baseURL: `${url}/v1` }).videos.retrieve(id), { status: 401 });

  const created = await client.videos.create({ model: "sora-2", prompt: "a cat", seconds: "4", size: "1280x720" });
  assert.deepEqual([created.status, created.seconds, created.size], ["queued", "4", "1280x720"]);
  let video = await client.videos.create({ prompt: "a dog", input_reference: new File(["x"], "dog.png", { type: "image/png" }) });
  for (let polls = 0; polls < 4; polls++) video = await client.videos.retrieve(video.id);
  assert.deepEqual([video.status, video.prompt], ["completed", "a dog"]);
  const ids = [];
  for await (const each of client.videos.list({ limit: 2 })) ids.push(each.id);
  assert.deepEqual(ids.sort(), [id, "bad", created.id, video.id].sort());
  assert.deepEqual(await client.videos.delete(created.id), { id: created.id, deleted: true, object: "video.deleted" });
});

test("the sample is a real clip with its pictures", async () => {
  const { url } = await start(done());
  const video = await (await fetch(`${url}/v1/videos/a/content`)).arrayBuffer();
  const text = new TextDecoder("latin1").decode(video);
  assert.equal(text.slice(4, 8), "ftyp");
  assert.ok(text.includes("avc1") && text.indexOf("moov") < text.indexOf("mdat"), "H.264, and quick to start");
  const sheet = await fetch(`${url}/v1/videos/a/content?variant=spritesheet`);
  assert.ok(Number(sheet.headers.get("content-length")) > 1000);
});

test("the CommonJS build finds the sample too", async () => {
  const { serve: serveCjs } = createRequire(import.meta.url)("../../pkg/dist/testing-node.cjs");
  const server = await serveCjs(done());
  const { headers } = await fetch(`${server.url}/v1/videos/a/content`, { method: "HEAD" });
  await server.close();
  assert.ok(Number(headers.get("content-length")) > 50_000);
});

test("a relay from mockRelay moves to the real port, and its prefix with it", async () => {
  const relay = mockRelay({ baseUrl: "https://relay.test/openai", ...done({ place: "relay" }) });
  const { url } = await start(relay);
  assert.equal(relay.baseUrl, url);
  const { video_url } = await (await fetch(`${url}/v1/videos/a`)).json();
  assert.equal(video_url, `${url}/v1/videos/a/content`);
  assert.equal((await relay.fetch(video_url)).status, 200, "and can still be asked in memory");
  const named = url.replace("127.0.0.1", "localhost");
  assert.ok((await (await fetch(`${named}/v1/videos/a`)).json()).video_url.startsWith(named), "addresses are told as it was asked");
});

test("results on the second origin, by field and by redirect", async () => {
  const server = await start({
    apiKey: "k",
    tasks: { a: [{ status: "succeeded", result: { place: "cdn" } }], b: [{ status: "succeeded", result: { place: "redirect" } }] },
  });
  const headers = { authorization: "Bearer k" };
  const { video_url } = await (await fetch(`${server.url}/v1/videos/a`, { headers })).json();
  assert.equal(new URL(video_url).origin, server.cdnUrl);
  assert.notEqual(server.cdnUrl, server.url);
  const part = await fetch(video_url, { headers: { range: "bytes=0-9" } });
  assert.deepEqual([part.status, (await part.arrayBuffer()).byteLength], [206, 10]);
  assert.equal((await fetch(video_url, { headers })).status, 403);
  const followed = await fetch(`${server.url}/v1/videos/b/content`, { headers });
  assert.deepEqual([followed.status, new URL(followed.url).origin], [200, server.cdnUrl]);
  await followed.body.cancel();
  assert.equal(server.requests.at(-1).key, false);
});

test("CORS: preflight and exposed headers on both origins, or none of it", async () => {
  const { url, cdnUrl } = await start(done());
  for (const origin of [url, cdnUrl]) {
    const preflight = await fetch(`${origin}/v1/videos/a`, {
      method: "OPTIONS",
      headers: { "access-control-request-headers": "authorization,range,x-own" },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
    for (const name of ["authorization", "range", "x-own"])
      assert.match(preflight.headers.get("access-control-allow-headers").toLowerCase(), new RegExp(name));
    const { headers } = await fetch(`${origin}/v1/videos/a`);
    assert.equal(headers.get("access-control-allow-origin"), "*");
    for (const name of ["Content-Range", "ETag", "Retry-After"]) assert.ok(headers.get("access-control-expose-headers").includes(name));
  }
  const closed = await start({ ...done(), cors: false });
  assert.equal((await fetch(`${closed.url}/v1/videos/a`)).headers.get("access-control-allow-origin"), null);
});

test("socket faults: reset, cut, stall, wrong lengths", async () => {
  const faults = [
    { reset: true },
    { cutAfter: 70_000 },
    { cutAfter: 70_000, contentLength: null },
    { stallAfter: 70_000 },
    { endAfter: 500 },
    { endAfter: 500, contentLength: null },
    { contentLength: 100 },
  ];
  const { url, requests } = await start(done({ bytes: 200_000, faults }));
  const get = (init) => fetch(`${url}/v1/videos/a/content`, init);
  await assert.rejects(get(), (error) => error instanceof TypeError && error.cause.code === "ECONNRESET");
  for (let i = 0; i < 2; i++) {
    const cut = await drain(await get());
    assert.equal(cut.length, 70_000, "what was sent before the cut arrives");
    assert.ok(cut.error instanceof TypeError);
  }
  const controller = new AbortController();
  const stalled = await drain(await get({ signal: controller.signal }), (length) => {
    if (length >= 70_000) setTimeout(() => controller.abort(), 50);
  });
  assert.deepEqual([stalled.length, stalled.error.name], [70_000, "AbortError"]);
  const short = await drain(await get());
  assert.equal(short.length, 500);
  assert.ok(short.error instanceof TypeError, "fewer bytes than told");
  assert.deepEqual(await drain(await get()), { length: 500 });
  assert.equal((await drain(await get())).length, 100);
  const whole = await drain(await get());
  assert.deepEqual([whole.length, requests.length], [200_000, 8]);
});

test("sockets that break in each way, as they look on the wire", async () => {
  const faults = [
    { reset: true },
    { reset: "close" },
    { reset: "head" },
    { cutAfter: 100 },
    { cutAfter: 100, cutBy: "reset" },
    { cutAfter: 100, cutBy: "half" },
    { cutAfter: 100, contentLength: null },
    { cutAfter: 100, contentLength: null, cutBy: "half" },
  ];
  const { url } = await start(done({ bytes: 1000, faults }));
  const get = () => raw(url, "/v1/videos/a/content");
  assert.deepEqual(await get(), { head: "", body: 0, end: "ECONNRESET" });
  assert.deepEqual(await get(), { head: "", body: 0, end: "closed" });
  const { head, body, end } = await get();
  assert.deepEqual([head, body, end], ["HTTP/1.1 200 OK\r\ncontent-type: vid", 0, "half-closed"]);
  const of = ({ body, end }) => [body, end];
  assert.deepEqual(of(await get()), [100, "closed"]);
  // A reset may overtake what was sent before it.
  const reset = await get();
  assert.ok(reset.end === "ECONNRESET" && reset.body <= 100);
  assert.deepEqual(of(await get()), [100, "half-closed"]);
  assert.deepEqual(of(await get()), ["64\r\n".length + 100 + "\r\n".length, "closed"], "no last chunk");
  assert.deepEqual(of(await get()), ["64\r\n".length + 100 + "\r\n".length, "half-closed"]);
});

test("a head byte by byte, a body in pieces of one", async () => {
  const faults = [{ headMs: 100, chunkBytes: 1, contentLength: null }, { chunkBytes: 500 }, {}];
  const { url } = await start(done({ bytes: 1000, faults }));
  const dripped = await raw(url, "/v1/videos/a/content");
  assert.ok(dripped.head.includes("content-type: video/mp4") && dripped.packets > 50, `${dripped.packets} packets`);
  assert.equal(dripped.body, 1000 * "1\r\nx\r\n".length + "0\r\n\r\n".length);
  assert.equal((await raw(url, "/v1/videos/a/content")).body, 1000);
  assert.equal((await (await fetch(`${url}/v1/videos/a/content`)).arrayBuffer()).byteLength, 1000);
});

test("a part that nobody asked for, and bytes in place of JSON", async () => {
  const packed = gzipSync('{"id":"b","status":"queued"}');
  const { url } = await start({
    tasks: {
      a: [{ status: "succeeded", result: { bytes: 1000, faults: { part: [10, 19] } } }],
      b: [{ body: packed, headers: { "content-encoding": "gzip" } }],
    },
  });
  const part = await fetch(`${url}/v1/videos/a/content`);
  assert.deepEqual(
    [part.status, part.headers.get("content-range"), (await part.arrayBuffer()).byteLength],
    [206, "bytes 10-19/1000", 10],
  );
  assert.equal((await (await fetch(`${url}/v1/videos/b`)).json()).status, "queued");
});

test("a reset in place of a status answer", async () => {
  const { url } = await start({ tasks: { a: [{ reset: true }, { status: "queued", delayMs: 50 }] } });
  await assert.rejects(fetch(`${url}/v1/videos/a`), TypeError);
  assert.equal((await (await fetch(`${url}/v1/videos/a`)).json()).status, "queued");
});

test("200 MB stream through in flat memory, and only as fast as they are read", async () => {
  const { url } = await start(done({ bytes: 200_000_000 }));
  const response = await fetch(`${url}/v1/videos/a/content`);
  const before = process.memoryUsage.rss();
  let most = 0;
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    most = Math.max(most, process.memoryUsage.rss());
  }
  assert.equal(length, 200_000_000);
  assert.ok(most - before < 120_000_000, `${most - before} bytes more`);
  const again = await start(mockRelay(done({ bytes: 200_000_000 })));
  const tail = await fetch(`${again.url}/v1/videos/a/content`, { headers: { range: "bytes=199999000-" } });
  const mine = await fetch(`${url}/v1/videos/a/content`, { headers: { range: "bytes=199999000-" } });
  assert.deepEqual(new Uint8Array(await tail.arrayBuffer()), new Uint8Array(await mine.arrayBuffer()), "the same in every run");
});

test("an unread body is not made ahead", async () => {
  const relay = mockRelay(done({ bytes: 500_000_000 }));
  const server = await start(relay);
  const before = process.memoryUsage.rss();
  const response = await fetch(`${server.url}/v1/videos/a/content`);
  await pause(300);
  assert.ok(process.memoryUsage.rss() - before < 60_000_000);
  await response.body.cancel();
});

test("what a page serves beside the relay, and errors of its ports", async () => {
  const server = await start(done(), { site: (request, response) => request.url === "/hello" && Boolean(response.end("hi")) });
  assert.equal(await (await fetch(`${server.url}/hello`)).text(), "hi");
  assert.equal((await fetch(`${server.url}/v1/videos/a`)).status, 200);
  await assert.rejects(serve(done(), { port: Number(new URL(server.url).port) }), { code: "EADDRINUSE" });
});

test("down refuses connections and ends open ones, up listens again on the same ports", async () => {
  const server = await start(done({ place: "cdn", bytes: 200_000, faults: { stallAfter: 10 } }));
  const { video_url } = await (await fetch(`${server.url}/v1/videos/a`)).json();
  const reading = drain(await fetch(video_url));
  await server.down();
  assert.ok((await reading).error instanceof TypeError);
  for (const address of [`${server.url}/v1/videos/a`, video_url]) {
    await assert.rejects(fetch(address), (error) => error instanceof TypeError && error.cause.code === "ECONNREFUSED");
  }
  const { length } = server.requests;
  await server.down();
  await server.up();
  await server.up();
  assert.equal((await (await fetch(`${server.url}/v1/videos/a`)).json()).status, "completed", "the task's life went on");
  assert.equal((await fetch(video_url, { method: "HEAD" })).status, 200);
  assert.equal(server.requests.length, length + 2, "what was refused was not seen");
});

test("a client outlives a relay that restarts", async () => {
  const server = await start({ tasks: { a: [{ status: "running", polls: 2 }, { status: "succeeded" }] } });
  const refused = [];
  const client = createClient({
    baseUrl: server.url,
    onEvent: ({ type, error }) => {
      if (type === "response" && error === "network") refused.push(server.up());
    },
  });
  const down = ({ status }) => status === "running" && void server.down();
  assert.equal((await client.wait("a", { poll: { minMs: 50, maxMs: 50 }, onUpdate: down })).status, "succeeded");
  assert.ok(refused.length > 0);
  await Promise.all(refused);
});

test("close ends open connections and frees the port", async () => {
  const server = await serve(done({ bytes: 200_000, faults: { stallAfter: 10 } }));
  const response = await fetch(`${server.url}/v1/videos/a/content`);
  const reading = drain(response);
  await server.close();
  assert.ok((await reading).error instanceof TypeError);
  const again = await serve(done(), { port: Number(new URL(server.url).port) });
  await again.close();
});

/** How many bytes came, and the error that ended them. */
async function drain(response, onLength = () => {}) {
  let length = 0;
  try {
    for await (const chunk of response.body) {
      length += chunk.length;
      onLength(length);
    }
    return { length };
  } catch (error) {
    return { length, error };
  }
}

/** What comes over the wire, and how the connection ends. */
function raw(url, path) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port, allowHalfOpen: true });
    let [text, packets, ended] = ["", 0, false];
    const finish = (end) => {
      const [head, ...rest] = text.split("\r\n\r\n");
      const body = rest.join("\r\n\r\n").length;
      resolve(text ? { head, body, end, packets } : { head: "", body: 0, end });
      socket.destroy();
    };
    socket.setEncoding("latin1").on("data", (piece) => {
      text += piece;
      packets++;
    });
    socket.on("error", ({ code }) => finish(ended ? "closed" : code));
    // Half-closed: the other side sends no more, and still takes what is sent to it.
    socket.on("end", () => {
      ended = true;
      socket.write("G");
      setTimeout(() => socket.write("E", () => setTimeout(finish, 100, "half-closed")), 100);
    });
    socket.on("close", () => ended || finish("closed"));
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: close\r\n\r\n`);
  });
}
