// What a proxy must do in whatever host it runs: a relay and its CDN behind it, and what a browser asks before it, over real sockets.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { createClient } from "../../../pkg/dist/index.mjs";
import { failure, pause } from "./outcome.mjs";
import { sha256, video } from "./video.mjs";

export const KEY = "sk-server-only-secret-4711";
const MB = 1 << 20;
/** As long as no test reads it to its end. */
const ENDLESS = 8192 * MB;
const clip = video(3 * MB);
const chunk = clip.subarray(0, MB / 4);
/** What a host's authorize must look at. */
const owner = { "x-user": "owner" };

/** What a worker's or a route's source needs: the relay, and who may ask. */
export const optionsOf = (baseUrl) => ({ baseUrl, apiKey: KEY, format: "openai-videos", authorize: (asked) => asked.headers.get("x-user") === "owner" });

async function listen(handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

/** The relay, its CDN, and what has become of each request. */
export async function startUpstream() {
  const asked = [];
  const handler = (at) => (incoming, response) => {
    const { pathname } = new URL(incoming.url, "http://relay");
    const state = { at, path: pathname, headers: incoming.headers, sent: 0, closed: false };
    asked.push(state);
    response.on("close", () => (state.closed = true)).on("error", () => {});
    const json = (body, status = 200) => response.writeHead(status, { "content-type": "application/json", "set-cookie": "relay=1" }).end(JSON.stringify(body));
    const [, id, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(pathname) ?? [];
    /** As fast as it is taken, and no faster. */
    const pour = (length) => {
      response.writeHead(200, { "content-type": "video/mp4", "content-length": length });
      const write = () => {
        while (!state.closed && state.sent < length) {
          state.sent += chunk.length;
          if (!response.write(chunk)) return response.once("drain", write);
        }
        return response.end();
      };
      return write();
    };
    if (at === "cdn") return file(incoming, response, state);
    if (incoming.headers.authorization !== `Bearer ${KEY}`) return json({ error: { message: "no key", code: "invalid_api_key" } }, 401);
    if (content && id === "endless") return pour(ENDLESS);
    if (content && id === "big") return pour(200 * MB);
    if (content && id === "stalls") return response.writeHead(200, { "content-type": "video/mp4", "content-length": clip.length }).write(chunk);
    if (content && id === "cut") {
      const from = Number(/^bytes=(\d+)-$/.exec(incoming.headers.range ?? "")?.[1] ?? 0);
      const head = { "content-type": "video/mp4", "content-length": clip.length - from, etag: '"v1"', ...(from > 0 && { "content-range": `bytes ${from}-${clip.length - 1}/${clip.length}` }) };
      response.writeHead(from > 0 ? 206 : 200, head);
      if (from > 0) return response.end(clip.subarray(from));
      return response.write(clip.subarray(0, MB), () => setTimeout(() => response.destroy(), 100));
    }
    if (content && id === "silent" || id === "slow") return undefined;
    if (id === "missing" || !id) return json({ error: { message: "no such task", code: "task_not_exist" } }, 404);
    if (id === "busy") return json({ error: { message: "busy", code: "busy" } }, 429);
    const video = id === "done" && { video_url: `${cdn.url}/clip.mp4?sig=very-secret` };
    return json({ id, object: "video", status: "completed", created_at: 1_790_000_000, ...video });
  };
  const cdn = await listen(handler("cdn"));
  const relay = await listen(handler("relay"));
  return {
    url: relay.url, cdnUrl: cdn.url, asked,
    /** Resolves once the last request of a path is as wanted. */
    async until(path, wanted) {
      for (let tries = 0; ; tries++) {
        const state = asked.findLast((one) => one.path === path);
        if (state && wanted(state)) return state;
        if (tries > 1_500) throw new Error(`${path}: ${JSON.stringify(state)}`);
        await pause(10);
      }
    },
    async close() {
      for (const { server } of [cdn, relay]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** One range, and conditions, of the clip. */
function file({ headers, method }, response, state) {
  const known = { etag: '"v1"', "last-modified": "Mon, 02 Nov 2026 10:00:00 GMT", "accept-ranges": "bytes", "set-cookie": "cdn=1", "x-cdn": "1" };
  if (headers["if-none-match"] === '"v1"') return response.writeHead(304, known).end();
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
  let [from, to] = [0, clip.length];
  if (first || last) {
    from = first ? Number(first) : Math.max(0, clip.length - Number(last));
    to = first && last ? Math.min(Number(last) + 1, clip.length) : clip.length;
    if (from >= to) return response.writeHead(416, { ...known, "content-range": `bytes */${clip.length}` }).end();
  }
  const part = first || last ? { "content-range": `bytes ${from}-${to - 1}/${clip.length}` } : {};
  response.writeHead(part["content-range"] ? 206 : 200, { ...known, ...part, "content-type": "video/mp4", "content-length": to - from });
  state.sent = to - from;
  return response.end(method === "HEAD" ? undefined : clip.subarray(from, to));
}

/** As a player asks: node's own client, which adds nothing and hides nothing. */
export function ask(url, { method = "GET", headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers: { ...owner, ...headers }, agent: false }, (answer) => {
      answer.on("error", () => {});
      resolve({ status: answer.statusCode, headers: answer.headers, answer, stop: () => asking.destroy(), bytes: async () => Buffer.concat(await answer.toArray()) });
    }).on("error", reject).end();
  });
}

/**
 * Everything that must hold of a proxy at `base`, whatever the host. `sized`: which answers the host lets tell their length;
 * `halfOpen`: whether it holds that a browser that has closed its side may still read.
 */
export async function checkHost(base, upstream, { sized = ["GET", "HEAD"], halfOpen = false } = {}) {
  const client = createClient({ baseUrl: base, headers: owner, retries: 2 });
  const content = (id) => `${base}/v1/videos/${id}/content`;
  const path = (id) => `/v1/videos/${id}/content`;

  // A client without a key.
  const done = await client.wait("done", { poll: { minMs: 1, maxMs: 5 } });
  assert.equal(done.createdAt, 1_790_000_000_000);
  assert.equal(done.videoUrl, `${content("done")}?output=0`);
  const saved = await client.download(done).blob();
  assert.deepEqual([saved.type, sha256(Buffer.from(await saved.arrayBuffer()))], ["video/mp4", sha256(clip)]);

  // A player.
  for (const [range, status, from, to] of [
    [undefined, 200, 0, clip.length], ["bytes=0-", 206, 0, clip.length], ["bytes=0-1", 206, 0, 2], ["bytes=2000000-2000999", 206, 2_000_000, 2_001_000], ["bytes=3145000-", 206, 3_145_000, clip.length],
    ["bytes=-700", 206, clip.length - 700, clip.length], ["bytes=9000000-", 416, 0, 0],
  ]) {
    for (const method of ["GET", "HEAD"]) {
      const { status: got, headers, bytes } = await ask(done.videoUrl, { method, headers: { ...(range && { range }), cookie: "session=1", authorization: "Bearer page" } });
      const what = `${method} ${range}`;
      assert.equal(got, status, what);
      assert.equal(headers["content-range"], status === 416 ? `bytes */${clip.length}` : status === 206 ? `bytes ${from}-${to - 1}/${clip.length}` : undefined, what);
      assert.deepEqual([headers.etag, headers["last-modified"], headers["accept-ranges"]], ['"v1"', "Mon, 02 Nov 2026 10:00:00 GMT", "bytes"], what);
      if (status !== 416) {
        assert.equal(headers["content-type"], "video/mp4", what);
        if (sized.includes(method)) assert.equal(headers["content-length"], String(to - from), what);
      }
      for (const name of ["set-cookie", "x-cdn"]) assert.equal(headers[name], undefined, name);
      assert.ok((await bytes()).equals(method === "HEAD" ? Buffer.alloc(0) : clip.subarray(from, to)), what);
    }
  }
  const unchanged = await ask(done.videoUrl, { headers: { "if-none-match": '"v1"' } });
  assert.deepEqual([unchanged.status, unchanged.headers.etag, (await unchanged.bytes()).length], [304, '"v1"', 0]);

  // Errors by their codes, and who may not ask.
  await failure(client.query("missing"), "not_found");
  assert.equal((await failure(createClient({ baseUrl: base, headers: owner, retries: 0 }).query("busy"), "rate_limited")).server.code, "busy");
  const denied = await ask(content("done"), { headers: { "x-user": "other" } });
  assert.deepEqual([denied.status, JSON.parse(await denied.bytes()).error.reelay], [403, "auth"]);
  assert.equal((await ask(`${base}/v1/videos/done`, { method: "POST" })).status, 405);

  // A cut upstream is a cut here, and the client goes on behind it.
  assert.equal(sha256(await client.download("cut").bytes()), sha256(clip));
  const cuts = upstream.asked.filter((one) => one.path === path("cut"));
  assert.ok(cuts.length > 1 && /^bytes=\d+-$/.test(cuts.at(-1).headers.range), "continued, and not begun anew");

  // A reader that does not read holds the relay's bytes back; one that goes away takes the connection along.
  const endless = await ask(content("endless"));
  if (sized.includes("GET")) assert.equal(endless.headers["content-length"], String(ENDLESS));
  await once(endless.answer, "readable");
  endless.answer.read();
  const { sent } = await resting(upstream, path("endless"));
  assert.ok(sent < 128 * MB, `${sent / MB} MB were asked of the relay for a reader that does not read`);
  endless.stop();
  await upstream.until(path("endless"), ({ closed }) => closed);

  const stalled = await ask(content("stalls"));
  await once(stalled.answer, "readable");
  stalled.stop();
  await upstream.until(path("stalls"), ({ closed }) => closed);

  // Before there is an answer.
  for (const [url, at] of [[content("silent"), path("silent")], [`${base}/v1/videos/slow`, "/v1/videos/slow"]]) {
    const gone = request(url, { headers: owner, agent: false }).on("error", () => {}).end();
    await upstream.until(at, () => true);
    if (halfOpen) gone.socket.resetAndDestroy();
    else gone.destroy();
    await upstream.until(at, ({ closed }) => closed);
  }

  // The key, and what is the browser's own.
  for (const { at, headers, path: where } of upstream.asked) {
    assert.equal(headers.authorization, at === "cdn" ? undefined : `Bearer ${KEY}`, where);
    for (const name of ["cookie", "x-user"]) assert.equal(headers[name], undefined, where);
  }
}

/** Waits until no more is sent. */
async function resting(upstream, path) {
  for (let [last, same] = [-1, 0]; ; ) {
    const state = await upstream.until(path, () => true);
    same = state.sent === last ? same + 1 : 0;
    last = state.sent;
    if (same === 20 || last > 1024 * MB) return state;
    await pause(50);
  }
}
