// Bytes that look like a video, and servers of them: whole, in part, cut.
import { createHash } from "node:crypto";
import { reply } from "./relay.mjs";

/** An `ftyp` box, then bytes of which no two places look alike. The same for the same size. */
export function video(size) {
  const bytes = Buffer.alloc(size);
  let state = 0x2545f491;
  for (let at = 0; at < size; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  Buffer.from("\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41", "latin1").copy(bytes);
  return bytes;
}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

export const mp4 = (bytes, headers = {}) =>
  reply(200, { "content-type": "video/mp4", "content-length": bytes.length, "accept-ranges": "bytes", ...headers }, bytes);

/** As a file server answers: Range obeyed, If-Range compared with the ETag. */
export function ranged({ headers }, bytes, etag = '"v1"') {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? -1);
  if (from < 0 || (headers["if-range"] && headers["if-range"] !== etag)) return mp4(bytes, { etag });
  const piece = bytes.subarray(from);
  return reply(
    206,
    {
      "content-type": "video/mp4",
      "content-length": piece.length,
      etag,
      "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    },
    piece,
  );
}

/** Sends an answer's head and the first bytes of its body, then goes on as `then` says: "cut" the connection, or "stall". */
export function partly({ response }, { status, headers, body }, length, then) {
  response.writeHead(status, headers);
  response.write(body.subarray(0, length), () => {
    // Give the client time to take what was sent: a reset may overtake it.
    if (then === "cut") setTimeout(() => response.destroy(), 30);
  });
}
