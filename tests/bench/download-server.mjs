// The relay of the downloads, a process of its own. Its videos are two boxes, `ftyp` and one `mdat`, sent from one buffer again and again.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { videos } from "./download-ways.mjs";

const etag = '"v1"';
const block = Buffer.alloc(1 << 20);
for (let at = 0, state = 0x2545f491; at < block.length; at += 1) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  block[at] = state;
}

/** The bytes from `at` on, a piece of them. */
function* piecesOf(size, at) {
  const head = Buffer.from("\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\0\0\0mdat", "latin1");
  head.writeUInt32BE(size - 24, 24);
  if (at < head.length) yield head.subarray(at);
  for (let next = Math.max(at, head.length); next < size;) {
    const piece = block.subarray(next % block.length, next % block.length + size - next);
    yield piece;
    next += piece.length;
  }
}

const tasks = new Map();
for (const [id, size] of Object.entries(videos)) {
  const hash = createHash("sha256");
  for (const piece of piecesOf(size, 0)) hash.update(piece);
  tasks.set(id, { size, sha256: hash.digest("hex"), body: Buffer.from(JSON.stringify({ id, object: "video", status: "completed", progress: 100 })) });
}

const server = createServer(async ({ url, headers }, response) => {
  const [, id, content] = /^\/v1\/videos\/(\w+)(\/content)?$/.exec(url) ?? [];
  const task = tasks.get(id);
  if (!task) return response.writeHead(404).end();
  if (!content) return response.writeHead(200, { "content-type": "application/json", "content-length": task.body.length }).end(task.body);
  const { size } = task;
  const fits = headers["if-range"] === undefined || headers["if-range"] === etag;
  const from = fits ? /^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] : undefined;
  response.writeHead(from ? 206 : 200, {
    "content-type": "video/mp4", "content-length": size - Number(from ?? 0), "accept-ranges": "bytes", etag,
    ...(from && { "content-range": `bytes ${from}-${size - 1}/${size}` }),
  });
  // A reader may leave.
  await pipeline(Readable.from(piecesOf(size, Number(from ?? 0)), { highWaterMark: 1 }), response).catch(() => {});
});

server.listen(0, "127.0.0.1", () => {
  process.send({ origin: `http://127.0.0.1:${server.address().port}`, sha256: Object.fromEntries([...tasks].map(([id, { sha256 }]) => [id, sha256])) });
});
