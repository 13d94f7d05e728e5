// The types of `reelay/testing`: what a relay is told to do, what can go wrong with its answers, and what it is to its user.
import type { Format, Status } from "./task-types.ts";

/** The formats that the simulator speaks: all of them. Example: `"kling"`. */
export type MockFormat = Format;

/**
 * What can happen to any answer. Times are milliseconds of the relay's clock, sizes bytes. A field that is left out does not happen.
 * The fields work together.
 * @example { delayMs: 500, http: 503, retryAfter: 2 } // after half a second a 503 that asks for two seconds of peace
 */
export type Trouble = {
  /** Time until the headers: milliseconds, 0 or more; Infinity, which JSON has not: never. Default 0. Example: `delayMs: 45_000`. */
  delayMs?: number;
  /**
   * No answer at all: fetch rejects with a TypeError, whose `cause.code` is as Node has it. A socket is reset (`true`, ECONNRESET), closed in
   * order (`"close"`), or closed in the middle of the headers (`"head"`). Default false. Example: `reset: true`.
   */
  reset?: boolean | "close" | "head";
  /** The head, status line and headers, comes byte by byte in so many milliseconds, 0 or more. Of a real socket only. Default 0. Example: `headMs: 2_000`. */
  headMs?: number;
  /** HTTP status, 200 to 599. With 400 and above and no body of its own, the format's error envelope is sent. Default 200. Example: `http: 503`. */
  http?: number;
  /** `Retry-After`: seconds, 0 or more, or text (an HTTP date) as it stands. Default: no such header. Example: `retryAfter: 2`. */
  retryAfter?: number | string;
  /** Further headers, or others in place of the usual ones. Default: the usual ones. Example: `headers: { "content-encoding": "gzip" }`. */
  headers?: Record<string, string>;
  /**
   * The body in place of the usual one: text and bytes go out as they are (broken JSON, or nothing), all else as JSON.
   * Default: the format's. Example: `body: '{"id": "video_1", "sta'`.
   */
  body?: unknown;
  /** A web page in place of the body, with its type. Default: none. Example: `html: "<h1>502 Bad Gateway</h1>"`. */
  html?: string;
  /** The connection breaks after so many bytes of this answer's body, 0 or more. Default: never. Example: `cutAfter: 100_000`. */
  cutAfter?: number;
  /**
   * How a socket breaks at `cutAfter`: closed; reset, which may overtake what was sent; or half-closed, which ends one direction while
   * the other stays open. Default `"close"`. Example: `cutBy: "reset"`.
   */
  cutBy?: "close" | "reset" | "half";
  /** The body comes in pieces of so many bytes, 1 or more, each in a packet of its own. Default 65 536. Example: `chunkBytes: 1`. */
  chunkBytes?: number;
  /** Silence after so many bytes of this answer's body, 0 or more, until the other side gives up. Default: none. Example: `stallAfter: 0`. */
  stallAfter?: number;
  /** The body's speed: bytes per second, 1 or more. Default: as fast as it is read. Example: `bytesPerSecond: 250_000`. */
  bytesPerSecond?: number;
};

/**
 * What can happen to an answer that holds a video's bytes.
 * @example { cutAfter: 100_000, ignoreRange: true } // cut, and the continuation begins at the front
 */
export type ByteFault = Trouble & {
  /** The body ends after so many bytes, 0 or more, as if it were whole. Default: at its end. Example: `endAfter: 500`. */
  endAfter?: number;
  /** `Content-Length` says this many bytes, 0 or more; `null` leaves it out. Default: the truth. Example: `contentLength: null`. */
  contentLength?: number | null;
  /** `Range` is not heeded: always 200 and everything. Default false. Example: `ignoreRange: true`. */
  ignoreRange?: boolean;
  /** Whatever is asked for, 206 with this part: the first and the last byte, from 0. Default: what is asked for. Example: `part: [0, 99]`. */
  part?: [first: number, last: number];
  /** This `ETag`, quotes included, in place of the video's own: another one than before is another video. Default: the video's own. Example: `etag: '"v2"'`. */
  etag?: string;
  /** `Content-Type`. Default `video/mp4`. Example: `contentType: "application/octet-stream"`. */
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
 *
 * Example: `place: "cdn"`.
 */
export type Place = "content" | "relay" | "cdn" | "redirect" | "json" | "base64" | "data" | "none";

/**
 * Where the video is, how long its address holds, and what happens to its bytes.
 * @example { place: "cdn", bytes: 3_000_000, expiresMs: [5_000, 3600_000], faults: [{ cutAfter: 1_000_000 }] }
 */
export type Result = {
  /** Default: the format's own. Example: `place: "redirect"`. */
  place?: Place;
  /** The field that names the address, with dots for nesting. Default: the format's, such as `video_url`. Example: `field: "metadata.url"`. */
  field?: string;
  /** The video, or its length: 64 or more, then the script's video is padded, or a stand-in is generated as it is read. Default: the script's `video`. Example: `bytes: 3_000_000`. */
  bytes?: Uint8Array | number;
  /**
   * How long a signed address lives: milliseconds, 0 or more. Default 86 400 000, a day. An address is kept until it has run out, the next status
   * answer then names a new one. Of a list each new address takes the next entry, and the last one stays. Example: `expiresMs: [5_000, 3600_000]`.
   */
  expiresMs?: number | number[];
  /** One fault for every request of the bytes, or a list: one per request, and none after its end. Default: none. Example: `faults: [{ http: 503 }, { cutAfter: 100 }]`. */
  faults?: ByteFault | ByteFault[];
};

/**
 * One step of a task's life. A step holds for `polls` status answers (default 1), or for `forMs` by the relay's clock
 * from the moment it begins, however often it is asked; then the next one follows, and the last one stays.
 * A life begins when the task is first asked for, or created.
 *
 * A step without a state (`{ http: 503 }`, `{ delayMs: 500 }`) keeps that of the step before it. So do `progress`, `error`,
 * `model`, `prompt`, `seconds`, `size` and `result`: once said, they stay until said anew.
 * @example [{ status: "queued", forMs: 60_000 }, { http: 429, retryAfter: 7 }, { status: "running", progress: [0, 1], forMs: 600_000 }, { status: "succeeded" }]
 */
export type Step = Trouble & {
  /**
   * What the state means; the format's own word for it is sent. A word of the wire (`video_upsampling`) is sent as it is.
   * Default: that of the step before, of the first step `queued`. Example: `status: "running"`.
   */
  status?: Status | (string & {});
  /** Any word, sent untouched. Without `status` a word that no format knows has the body of a running task. Default: none. Example: `rawStatus: "composing"`. */
  rawStatus?: string;
  /** A fraction, 0..1; `[from, to]` moves through the step; null: the relay tells none. Default null. Example: `progress: [0.2, 0.9]`. */
  progress?: number | [number, number] | null;
  /** What a failed task says of itself. Default: the format's usual words. Example: `error: { code: "moderation_blocked", message: "Blocked." }`. */
  error?: {
    /** The relay's word for the kind of error. Default null. Example: `code: "moderation_blocked"`. */
    code?: string | null;
    /** The relay's words for people. Default null. Example: `message: "Blocked."`. */
    message?: string | null;
  };
  /** How many status answers the step holds for: 1 or more. Not together with `forMs`. Default 1. Example: `polls: 3`. */
  polls?: number;
  /** How long the step holds: milliseconds, 0 or more. Default: it holds for `polls`. Example: `forMs: 60_000`. */
  forMs?: number;
  /** Where the video is, and how it goes with its bytes. Default `{}`: the format's place, the script's video, no fault. Example: `result: { place: "cdn" }`. */
  result?: Result;
  /** Laid over the task's object in the body of this step. Default: nothing. Example: `fields: { object: "video.generation" }`. */
  fields?: Record<string, unknown>;
  /** The model's name. Default: that of the create call, else the format's. Example: `model: "sora-2-pro"`. */
  model?: string;
  /** What was asked for. Default: that of the create call. Example: `prompt: "a lighthouse"`. */
  prompt?: string;
  /** The clip's length in seconds, as text like on the wire. Default `"8"`. Example: `seconds: "4"`. */
  seconds?: string;
  /** Width and height in pixels. Default `"1280x720"`. Example: `size: "720x1280"`. */
  size?: string;
};

/** A step as it may come from JSON: checked by `mockRelay`, which names what it does not know. Write `satisfies Step[]` for strict types. */
export type MockStep = Step | Record<string, unknown>;

/**
 * What a relay does. Only `tasks` is needed.
 * @example { apiKey: "test-key", tasks: { video_1: [{ status: "running", progress: 0.4 }, { status: "succeeded" }] } }
 */
export interface MockScript {
  /** Which routes the relay knows. Default: those of every format. Example: `format: "kling"`. */
  format?: Format;
  /** The tasks by id: at least one step each. Any other id is answered as the format answers for a task that it does not know. Example: `tasks: { video_1: [{ status: "succeeded" }] }`. */
  tasks: Record<string, MockStep[]>;
  /**
   * The life of a task made by a POST; or a list of lives, of which each POST takes the next, and the last one stays.
   * Default: queued, running at 0.25, running at 0.75, succeeded. Example: `created: [[{ status: "failed" }], [{ status: "succeeded" }]]`.
   */
  created?: MockStep[] | MockStep[][];
  /** The key that every route then asks for. Default: none is asked for. Example: `apiKey: "test-key"`. */
  apiKey?: string;
  /** Where the relay is: http or https; a path prefix is kept. Default `https://relay.test`. Example: `baseUrl: "https://relay.test/openai"`. */
  baseUrl?: string;
  /** The second origin, where signed addresses point: http or https. Default `https://cdn.relay.test`. Example: `cdnUrl: "https://files.test"`. */
  cdnUrl?: string;
  /** The video of every task, or the length, 64 or more, of a stand-in: an MP4 by its boxes, but nothing to look at. Default 65 536 bytes. Example: `video: 3_000_000`. */
  video?: Uint8Array | number;
  /** The WebP image behind `?variant=thumbnail`. Default: four pixels. Example: `thumbnail: await readFile("cover.webp")`. */
  thumbnail?: Uint8Array;
  /** The WebP image behind `?variant=spritesheet`. Default: four pixels. Example: `spritesheet: await readFile("sheet.webp")`. */
  spritesheet?: Uint8Array;
  /** `"manual"`: the relay's time stands still until `relay.clock.advance(ms)`. Default `"real"`: it is the host's, or that of fake timers. Example: `clock: "manual"`. */
  clock?: "real" | "manual";
  /**
   * Moves your fake timers, Date among them, by so many milliseconds. With it `relay.clock.advance` and `relay.clock.run` move the client's
   * time and the relay's together, in steps of 500 ms. Not with `clock: "manual"`. Default: none, and they move the relay's time alone.
   * Example: `tick: (ms) => mock.timers.tick(ms)` (node:test), `tick: (ms) => vi.advanceTimersByTime(ms)` (Vitest).
   */
  tick?: (ms: number) => unknown;
  /** The relay's time runs so many times as fast: above 0. Default 1. Example: `speed: 20`. */
  speed?: number;
  /** Where the relay's clock begins: milliseconds since 1970, 0 or more. Default: now. Example: `startAt: Date.UTC(2026, 0, 1)`. */
  startAt?: number;
  /** False: no CORS headers, so a browser cannot read the answers. Default true. Example: `cors: false`. */
  cors?: boolean;
  /** `ID~anything` is a life of its own with the steps of ID, for pages that run one task again and again. Default false. Example: `copies: true`. */
  copies?: boolean;
  /** A task nobody has asked for this long begins its life anew when next asked for its status: milliseconds, 0 or more. Default: never. Example: `restartAfterMs: 60_000`. */
  restartAfterMs?: number;
}

/** The relay's own time. */
export interface Clock {
  /**
   * Milliseconds since 1970, by the relay's clock.
   * @example
   * ```ts
   * const later = mockRelay({ clock: "manual", startAt: Date.UTC(2026, 0, 1), tasks: {} });
   * await later.clock.advance(60_000);
   * console.log(new Date(later.clock.now()).toISOString()); // → 2026-01-01T00:01:00.000Z
   * ```
   */
  now(): number;
  /**
   * Waits for so many milliseconds, 0 or more; of Infinity until it is aborted.
   * @throws the signal's reason as soon as it is aborted.
   * @example
   * ```ts
   * const still = mockRelay({ clock: "manual", tasks: {} });
   * const slept = still.clock.sleep(60_000);
   * await still.clock.advance(60_000);
   * await slept;
   * ```
   */
  sleep(ms: number, signal?: AbortSignal | null): Promise<void>;
  /**
   * Runs the clock forward by `ms`, 0 or more; what was waiting goes on in the order of time. With `script.tick` your fake timers run
   * with it; without, only what waits in the relay.
   * @throws TypeError for what is no time.
   * @example
   * ```ts
   * const slow = mockRelay({ clock: "manual", tasks: { video_1: [{ status: "running", forMs: 60_000 }, { status: "succeeded" }] } });
   * const client = createClient({ baseUrl: slow.baseUrl, fetch: slow.fetch });
   * console.log((await client.query("video_1")).status); // → running
   * await slow.clock.advance(60_000);
   * console.log((await client.query("video_1")).status); // → succeeded
   * ```
   */
  advance(ms: number): Promise<void>;
  /**
   * Runs the clock forward, as `advance` does, until `work` settles, and gives its outcome. For work that reads and writes files as well, since
   * it leaves that the time it needs. `limitMs` is above 0, by default one hour.
   * @throws what `work` rejects with; an Error when it has not settled in `limitMs` of the relay's time.
   * @example
   * ```ts
   * const slow = mockRelay({ clock: "manual", tasks: { video_1: [{ delayMs: 20_000, status: "succeeded" }] } });
   * const client = createClient({ baseUrl: slow.baseUrl, fetch: slow.fetch });
   * console.log((await slow.clock.run(client.wait("video_1"))).status); // → succeeded
   * ```
   */
  run<T>(work: PromiseLike<T>, options?: { limitMs?: number }): Promise<T>;
}

/** One request that the relay or its second origin has seen. */
export interface MockRequest {
  /** When it came: milliseconds since 1970, by the relay's clock. */
  at: number;
  /** In capitals. Example: `"GET"`. */
  method: string;
  /** The whole address, query included. Example: `"https://relay.test/v1/videos/video_1"`. */
  url: string;
  /** Names in lower case; without those that hold a key: `authorization`, a format's own, and any with the script's key (of 8 characters or more) in it. */
  headers: Record<string, string>;
  /** A key came along: in one of those headers, or the script's in the address. */
  key: boolean;
  /** What a POST brought: JSON, or the fields of a form, files as `{ name, type, size }`. Else null. */
  body: unknown;
  /** The HTTP status that was answered; null while there is no answer yet, or when there was none. */
  status: number | null;
}

/** A relay in memory: a fetch, a clock, and the requests it saw. */
export interface MockRelay {
  /** The script's, without a trailing slash. Example: `createClient({ baseUrl: relay.baseUrl, fetch: relay.fetch })`. */
  readonly baseUrl: string;
  /** The origin of signed addresses. */
  readonly cdnUrl: string;
  /** Takes the place of the global fetch; an address of neither origin is a network failure. Example: `vi.stubGlobal("fetch", relay.fetch)`. */
  fetch: typeof fetch;
  /** In the order they came; the last 50 000 at least. Example: `relay.requests.filter(({ status }) => status === 503).length`. */
  requests: MockRequest[];
  /** The relay's time, and what runs it forward. */
  clock: Clock;
  /**
   * Every task's life begins anew, and `requests` is emptied. The clock goes on.
   * @example
   * ```ts
   * const simulated = mockRelay({ tasks: { video_1: [{ status: "succeeded" }] } });
   * await simulated.fetch(`${simulated.baseUrl}/v1/videos/video_1`);
   * simulated.reset();
   * console.log(simulated.requests.length); // → 0
   * ```
   */
  reset(): void;
  /**
   * For servers: answers one request, whose body stream fails where the script says so. `cdn`: it came to the second origin.
   * @throws TypeError when there is to be no answer; the signal's reason once it is aborted.
   * @example
   * ```ts
   * const simulated = mockRelay({ tasks: { video_1: [{ status: "succeeded" }] } });
   * const answer = await simulated.handle(new Request(`${simulated.baseUrl}/v1/videos/video_1`));
   * console.log(answer.status); // → 200
   * ```
   */
  handle(request: Request, options?: { signal?: AbortSignal | null; cdn?: boolean }): Promise<Response>;
  /**
   * For servers: whether a path is the relay's, by the prefixes of its formats.
   * @example
   * ```ts
   * const simulated = mockRelay({ format: "openai-videos", tasks: {} });
   * console.log(simulated.serves("/v1/videos/video_1"), simulated.serves("/index.html")); // → true false
   * ```
   */
  serves(path: string): boolean;
  /**
   * For servers: the addresses at which the relay is reached from now on.
   * @example
   * ```ts
   * const simulated = mockRelay({ tasks: {} });
   * simulated.moveTo({ baseUrl: "http://127.0.0.1:8080", cdnUrl: "http://127.0.0.1:8081" });
   * console.log(simulated.baseUrl); // → http://127.0.0.1:8080
   * ```
   */
  moveTo(addresses: { baseUrl: string; cdnUrl: string }): void;
}
