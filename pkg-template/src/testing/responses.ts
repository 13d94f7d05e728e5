import type { ByteFault, Result, Trouble } from "../testing-types.ts";
import { contentError } from "./envelopes.ts";
import { disturbs, onSocket, streamOf, troubleHeaders, type Body, type Moment } from "./faults.ts";
import { partOf } from "./ranges.ts";
import type { CheckedScript } from "./validate.ts";
import { sound } from "./sound.ts";
import { createSource, type Source } from "./source.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const BODILESS = [204, 205, 304];

/** A WebP of four pixels, for scripts that bring no image. */
const PIXELS = "UklGRi4AAABXRUJQVlA4ICIAAABwAQCdASoCAAIAB0CWJaACdAFAAAD+6Di4Elas3JRQ0gAA";

export interface Files extends Pick<CheckedScript, "video" | "thumbnail" | "spritesheet"> {
  /** `Last-Modified` of all of them. */
  since: number;
}

/** Of the package's or the script's, and a sound that is made. */
export type FileName = "video" | "thumbnail" | "spritesheet" | "sound";

const TYPES: Record<FileName, string> = { video: "video/mp4", thumbnail: "image/webp", spritesheet: "image/webp", sound: "audio/wav" };

export function jsonResponse(body: unknown, status = 200): Response {
  return textResponse({ http: status }, () => body, null);
}

/** The body of a step: its own text, JSON or web page, or else the usual JSON for its HTTP status. */
export function textResponse(trouble: Trouble, usual: (http: number) => unknown, moment: Moment | null): Response {
  const { http = 200, html, body } = trouble;
  const text = () => html ?? (typeof body === "string" ? body : JSON.stringify(body !== undefined ? body : usual(http)));
  const bytes = html === undefined && body instanceof Uint8Array ? new Uint8Array(body) : new TextEncoder().encode(text());
  const headers = new Headers();
  if (!BODILESS.includes(http)) {
    // An empty body, as new-api's limiter sends it, has no type.
    if (bytes.length > 0) headers.set("content-type", html === undefined ? JSON_TYPE : "text/html; charset=utf-8");
    headers.set("content-length", String(bytes.length));
  }
  troubleHeaders(trouble, headers);
  const whole: Body = { length: bytes.length, read: (from, to) => bytes.slice(from, to) };
  const content = moment && disturbs(trouble) ? streamOf(whole, trouble, moment) : bytes;
  return marked(new Response(BODILESS.includes(http) ? null : content, { status: http, headers }), trouble);
}

function marked(response: Response, { headMs, chunkBytes }: Trouble): Response {
  if (headMs || chunkBytes) onSocket.set(response, { headMs, chunkBytes });
  return response;
}

export function fileSource(files: Files, file: FileName, result: Result): Source {
  if (file === "sound") return createSource(sound());
  if (file !== "video") return createSource(files[file] ?? Uint8Array.from(atob(PIXELS), (char) => char.charCodeAt(0)));
  if (result.bytes instanceof Uint8Array) return createSource(result.bytes);
  if (files.video instanceof Uint8Array) return createSource(files.video, result.bytes);
  return createSource(null, result.bytes ?? files.video);
}

/** A file's bytes, or the part of them that is asked for, with the fault on the way. */
export function fileResponse(
  request: Request, files: Files, file: FileName, result: Result, fault: ByteFault, moment: Moment,
): Response {
  if (fault.html !== undefined || fault.body !== undefined || (fault.http !== undefined && fault.http >= 300)) {
    return textResponse(fault, (http) => contentError(`Upstream service returned status ${http}`, http), moment);
  }

  const source = fileSource(files, file, result);
  const etag = fault.etag ?? source.etag;
  const modified = new Date(files.since).toUTCString();
  const asked = fault.ignoreRange || request.method === "HEAD" ? new Headers() : request.headers;
  const { status, from, to } = fault.part
    ? { status: 206, from: fault.part[0], to: Math.min(fault.part[1] + 1, source.length) }
    : partOf(asked, source.length, etag, modified);
  const headers = new Headers({
    "content-type": fault.contentType ?? TYPES[file],
    "cache-control": "private, no-store",
    "last-modified": modified,
    etag,
  });
  if (!fault.ignoreRange) headers.set("accept-ranges", "bytes");
  if (status === 206) headers.set("content-range", `bytes ${from}-${to - 1}/${source.length}`);
  if (status === 416) headers.set("content-range", `bytes */${source.length}`);
  if (status === 304) return new Response(null, { status, headers });
  const told = fault.contentLength === undefined ? to - from : fault.contentLength;
  if (told !== null) headers.set("content-length", String(told));
  troubleHeaders(fault, headers);
  const body: Body = { length: to - from, read: (a, b) => source.read(from + a, from + b) };
  const content = status === 416 || request.method === "HEAD" ? null : streamOf(body, fault, moment);
  return marked(new Response(content, { status: fault.http ?? status, headers }), fault);
}
