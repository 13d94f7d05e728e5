// The answer that carries an output's bytes: few headers, none that a page could be made of, and a stream that keeps the browser's pace.
import { drop, type Found } from "./output.ts";
import { partOf } from "./range.ts";

/** Of the relay's headers, or its CDN's. */
const passed = ["content-length", "content-range", "accept-ranges", "etag", "last-modified"];

/** What the browser may do with the bytes: show them where they are wanted, and run nothing. */
const guarded = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox",
  "cross-origin-resource-policy": "same-origin",
  // Everyone who asks again is authorized again.
  "cache-control": "private, no-cache",
};

export async function contentOf(found: Found, request: Request): Promise<Response> {
  if (found.whole) return wholeOf(found.whole, request);
  const { status, headers: theirs } = found;
  const headers = new Headers(guarded);
  const encoding = theirs.get("content-encoding")?.trim().toLowerCase() || "identity";
  for (const name of passed) {
    const value = theirs.get(name);
    // What fetch has unpacked has another length, and other parts.
    if (value !== null && encoding === "identity") headers.set(name, value);
  }
  const bodiless = request.method === "HEAD" || status === 304 || status === 416;
  if (status === 416) headers.delete("content-length");
  else if (status !== 304) headers.set("content-type", typeOf(theirs.get("content-type")));
  if (bodiless) {
    await drop(found);
    return new Response(null, { status, headers });
  }
  return new Response(sized(streamOf(found, request.signal), headers), { status, headers });
}

/** Media as they are; all else is bytes. An SVG is a page. */
function typeOf(type: string | null): string {
  const essence = type?.split(";")[0]!.trim().toLowerCase() ?? "";
  return /^(?:video|audio|image)\/[\w.+-]+$/.test(essence) && !essence.includes("xml") ? type! : "application/octet-stream";
}

function wholeOf({ bytes, mediaType }: NonNullable<Found["whole"]>, request: Request): Response {
  const { byteLength } = bytes;
  const headers = new Headers({ ...guarded, "content-type": typeOf(mediaType), "accept-ranges": "bytes" });
  // Nothing names their version, so no If-Range can be held against it.
  const part = request.headers.has("if-range") ? undefined : partOf(request.headers.get("range"), byteLength);
  if (part === null) {
    headers.set("content-range", `bytes */${byteLength}`);
    headers.delete("content-type");
    return new Response(null, { status: 416, headers });
  }
  const { from, to } = part ?? { from: 0, to: byteLength };
  if (part) headers.set("content-range", `bytes ${from}-${to - 1}/${byteLength}`);
  headers.set("content-length", String(to - from));
  const body = request.method === "HEAD" ? null : bytes.subarray(from, to);
  return new Response(body, { status: part ? 206 : 200, headers });
}

/** One chunk at a time, when it is asked for, and little done for each. Whoever goes away takes the upstream connection along. */
function streamOf({ head, rest }: Found, signal: AbortSignal): ReadableStream<Uint8Array> {
  const gone = () => void rest?.cancel(signal.reason).catch(() => {});
  const done = () => signal.removeEventListener("abort", gone);
  if (signal.aborted) gone();
  else signal.addEventListener("abort", gone, { once: true });
  let give: (read: ReadableStreamReadResult<Uint8Array>) => void;
  let fail: (error: unknown) => void;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (head) controller.enqueue(head);
        fail = (error) => {
          done();
          controller.error(error);
        };
        give = ({ value }) => {
          // Cancelled is not complete.
          if (signal.aborted) return fail(signal.reason);
          if (value) return controller.enqueue(value);
          done();
          controller.close();
        };
      },
      pull: () => (rest ? rest.read().then(give, fail) : give({ done: true, value: undefined })),
      cancel(reason) {
        done();
        return rest?.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Cloudflare's workerd tells a stream's length only where the stream itself has one. */
function sized(body: ReadableStream<Uint8Array>, headers: Headers): ReadableStream<Uint8Array> {
  const Fixed = (globalThis as { FixedLengthStream?: new (length: number) => ReadableWritablePair<Uint8Array, Uint8Array> }).FixedLengthStream;
  const length = headers.get("content-length");
  return Fixed && length !== null ? body.pipeThrough(new Fixed(Number(length))) : body;
}
