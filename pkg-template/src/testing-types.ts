// The types of `reelay/testing`: what a relay is told to do, what can go wrong with its answers, and what it is to its user.
import type { Format, Status } from "./types.ts";

/** The formats that the simulator speaks: all of them. */
export type MockFormat = Format;

/**
 * What can happen to any answer. Times are milliseconds of the relay's clock.
 * The fields work together: `{ delayMs: 500, http: 503, retryAfter: 2 }`.
 */
export type Trouble = {
  /** Time until the headers. */
  delayMs?: number;
  /**
   * No answer at all: fetch rejects with a TypeError. A socket is reset; with `"close"` it is closed in order; with `"head"` it is
   * closed in the middle of the headers.
   */
  reset?: boolean | "close" | "head";
  /** The head, status line and headers, comes byte by byte in so many milliseconds. Of a real socket only. */
  headMs?: number;
  /** HTTP status. With 400 and above and no body of its own, the format's error envelope is sent. */
  http?: number;
  /** `Retry-After`: seconds, or text (an HTTP date) as it stands. */
  retryAfter?: number | string;
  /** Further headers, or others in place of the usual ones. */
  headers?: Record<string, string>;
  /** The body in place of the usual one: text and bytes go out as they are (broken JSON, or nothing), all else as JSON. */
  body?: unknown;
  /** A web page in place of the body. */
  html?: string;
  /** The connection breaks after so many bytes of this answer's body. */
  cutAfter?: number;
  /** How a socket breaks: closed, the default; reset; or closed in one direction, while the other stays open. */
  cutBy?: "close" | "reset" | "half";
  /** The body comes in pieces of so many bytes, each in a packet of its own. */
  chunkBytes?: number;
  /** Silence after so many bytes of this answer's body, until the other side gives up. */
  stallAfter?: number;
  /** The body's speed. */
  bytesPerSecond?: number;
};

/** What can happen to an answer that holds a video's bytes. */
export type ByteFault = Trouble & {
  /** The body ends after so many bytes as if it were whole. */
  endAfter?: number;
  /** `Content-Length` says this; `null` leaves it out. */
  contentLength?: number | null;
  /** `Range` is not heeded: always 200 and everything. */
  ignoreRange?: boolean;
  /** Whatever is asked for, 206 with this part: the first and the last byte. */
  part?: [first: number, last: number];
  /** Another `ETag` than before. */
  etag?: string;
  contentType?: string;
};

/**
 * Where a finished task has its video.
 * - `content`: in no field, only behind `GET /v1/videos/{id}/content` (OpenAI itself; the default of `openai-videos`)
 * - `relay`: a field names that same address, which needs the key (the default of `newapi-generations`)
 * - `cdn`: a field names a signed address of another origin, which refuses the key (the default of `unified-video` and most others)
 * - `redirect`: in no field; `/content` answers 302 to the signed address
 * - `json`: in no field; `/content` answers JSON that names the signed address
 * - `base64`: in no field; `/content` answers JSON with `base64` and `data_url`
 * - `data`: a field holds the video as a `data:` URI
 * - `none`: nowhere
 */
export type Place = "content" | "relay" | "cdn" | "redirect" | "json" | "base64" | "data" | "none";

/** Where the video is, how long its address holds, and what happens to its bytes. */
export type Result = {
  place?: Place;
  /** The field that names the address, with dots for nesting: `metadata.url`. Default `video_url`, for new-api `result_url`. */
  field?: string;
  /** The video, or its length: then the script's video is padded, or a stand-in is generated as it is read. */
  bytes?: Uint8Array | number;
  /**
   * How long a signed address lives; default 24 hours. An address is kept until it has run out, the next status
   * answer then names a new one. Of a list each new address takes the next entry, and the last one stays.
   */
  expiresMs?: number | number[];
  /** One fault for every request of the bytes, or a list: one per request, and none after its end. */
  faults?: ByteFault | ByteFault[];
};

/**
 * One step of a task's life. A step holds for `polls` status answers (default 1), or for `forMs` by the relay's clock
 * from the moment it begins, however often it is asked; then the next one follows, and the last one stays.
 * A life begins when the task is first asked for, or created.
 *
 * A step without a state (`{ http: 503 }`, `{ delayMs: 500 }`) keeps that of the step before it. So do `progress`, `error`,
 * `model`, `prompt`, `seconds`, `size` and `result`: once said, they stay until said anew.
 */
export type Step = Trouble & {
  /** What the state means; the format's own word for it is sent. A word of the wire (`video_upsampling`) is sent as it is. */
  status?: Status | (string & {});
  /** Any word, sent untouched. Without `status` a word that no format knows has the body of a running task. */
  rawStatus?: string;
  /** 0..1; `[from, to]` moves through the step; null: the relay tells none. */
  progress?: number | [number, number] | null;
  error?: { code?: string | null; message?: string | null };
  polls?: number;
  forMs?: number;
  result?: Result;
  /** Laid over the task's object in the body of this step. */
  fields?: Record<string, unknown>;
  model?: string;
  prompt?: string;
  seconds?: string;
  size?: string;
};

/** A step as it may come from JSON: checked by `mockRelay`, which names what it does not know. Write `satisfies Step[]` for strict types. */
export type MockStep = Step | Record<string, unknown>;

export interface MockScript {
  /** Which routes the relay knows; left out: those of every format. */
  format?: Format;
  /** The tasks by id. */
  tasks: Record<string, MockStep[]>;
  /** The life of a task made by a POST. */
  created?: MockStep[];
  /** The key that every route then asks for; left out: none is asked for. */
  apiKey?: string;
  /** Default `https://relay.test`; a path prefix is kept. */
  baseUrl?: string;
  /** The second origin, where signed addresses point. Default `https://cdn.relay.test`. */
  cdnUrl?: string;
  /** The video of every task, or the length of a stand-in: an MP4 by its boxes, but nothing to look at. Default 65 536 bytes. */
  video?: Uint8Array | number;
  /** WebP images behind `?variant=`. */
  thumbnail?: Uint8Array;
  spritesheet?: Uint8Array;
  /** `"manual"`: time stands still until `relay.clock.advance(ms)`. Default `"real"`. */
  clock?: "real" | "manual";
  /** The relay's time runs so many times as fast. Default 1. */
  speed?: number;
  /** Where the relay's clock begins, in ms since 1970. Default now. */
  startAt?: number;
  /** False: no CORS headers, so a browser cannot read the answers. Default true. */
  cors?: boolean;
  /** `ID~anything` is a life of its own with the steps of ID, for pages that run one task again and again. Default false. */
  copies?: boolean;
  /** A task nobody has asked for this long begins its life anew when next asked for its status. Default never. */
  restartAfterMs?: number;
}

/** The relay's own time, in ms since 1970. */
export interface Clock {
  now(): number;
  /** Rejects with the signal's reason as soon as it is aborted; of Infinity only that way. */
  sleep(ms: number, signal?: AbortSignal | null): Promise<void>;
  /** Runs the clock forward; what was waiting goes on in the order of time. Works on a running clock too. */
  advance(ms: number): Promise<void>;
}

/** One request that the relay or its second origin has seen. */
export interface MockRequest {
  /** When it came, by the relay's clock. */
  at: number;
  method: string;
  url: string;
  /** Names in lower case; without `authorization`. */
  headers: Record<string, string>;
  /** An `Authorization` header came along, or the script's key (of 8 characters or more) in any header or in the address. */
  key: boolean;
  /** What a POST brought: JSON, or the fields of a form. */
  body: unknown;
  /** What was answered; null while there is no answer yet, or when there was none. */
  status: number | null;
}

/** A relay in memory: a fetch, a clock, and the requests it saw. */
export interface MockRelay {
  readonly baseUrl: string;
  /** The origin of signed addresses. */
  readonly cdnUrl: string;
  /** Takes the place of the global fetch; an address of neither origin is a network failure. */
  fetch: typeof fetch;
  requests: MockRequest[];
  clock: Clock;
  /** Every task's life begins anew, and `requests` is emptied. */
  reset(): void;
  /** For servers: answers one request, whose body stream fails where the script says so. Rejects when there is to be no answer. */
  handle(request: Request, options?: { signal?: AbortSignal | null; cdn?: boolean }): Promise<Response>;
  /** For servers: whether a path is the relay's, by the prefixes of its formats. */
  serves(path: string): boolean;
  /** For servers: the addresses at which the relay is reached from now on. */
  moveTo(addresses: { baseUrl: string; cdnUrl: string }): void;
}
