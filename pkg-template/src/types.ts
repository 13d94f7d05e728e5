// The public types. All times are milliseconds, all sizes bytes, all progress 0..1.
import type { ReelayError } from "./error.ts";

/** A wire format: which paths are asked, and where a body has its outputs. All are spoken; `formats` lists them. */
export type Format =
  | "openai-videos" | "unified-video" | "newapi-generations" | "sora-chat"
  | "kling" | "wan" | "minimax" | "vidu" | "doubao" | "veo-native"
  | "suno" | "midjourney" | "jimeng" | "luma" | "runway" | "replicate";

/**
 * All that another process needs to go on with a task: store it, send it, and give it to any client of the same relay.
 * Plain JSON; never holds a key. A client refuses a ref of another relay.
 */
export interface TaskRef {
  /** The id the relay is asked with. */
  id: string;
  /** The format, and with it the route. */
  format: Format;
  /** What it is a task of, where the format's paths tell that apart: Kling's `image2video`. Left out where it is the usual. */
  kind?: string;
  /** The relay: origin and path prefix, without `/v1`. */
  baseUrl: string;
}

/** `unknown` is not final: the relay said nothing that can be read as a state, so a wait goes on. */
export type Status = "queued" | "running" | "succeeded" | "failed" | "expired" | "unknown";

/** One deliverable. */
export interface Output {
  kind: "video" | "image" | "audio" | "cover";
  /** http(s) or data. A signed address is a secret, and expires. */
  url: string;
}

/** One snapshot of a task: a plain object that survives JSON and structuredClone. */
export interface Task {
  ref: TaskRef;
  /** The id to go on asking with: the one asked for, whatever the body names. */
  id: string;
  status: Status;
  /** The relay's own word, untouched. */
  rawStatus: string | null;
  /** 0..1; null when the relay tells none. */
  progress: number | null;
  /** Deliverables in wire order; empty until succeeded, and also when the bytes are only behind a content path. */
  outputs: Output[];
  /** The first output of kind "video". */
  videoUrl: string | null;
  /** Only when failed or expired. */
  error: { code: string | null; message: string | null } | null;
  model: string | null;
  /** ms since 1970. */
  createdAt: number | null;
  /** ms since 1970; only once final. */
  completedAt: number | null;
  /** ms since 1970: from then on the result may be gone. */
  expiresAt: number | null;
  /**
   * ms to go, by the progress that a wait has seen so far: of its snapshots alone, from a gain of 5 percent on, and null where it tells nothing, as
   * when it stands still for longer than it should. Jobs are seldom as even as that: show it as "about".
   */
  etaMs: number | null;
  /** The parsed body as the relay sent it. */
  raw: unknown;
}

/** The relay and how to treat it. */
export interface ClientOptions {
  /** The relay, with or without a trailing slash or `/v1`; a path prefix is kept. */
  baseUrl: string | URL;
  /** A key, or a function asked before every request. Left out when baseUrl is a proxy of your own. */
  apiKey?: string | (() => string | Promise<string>);
  /** Default "auto": asks /v1/videos/{id}, /v1/video/query and /v1/video/generations/{id} until one knows the task, and remembers. */
  format?: Format | "auto";
  /**
   * What stands before the format's own paths, such as `/kling`. Left out, those that relays and the vendor use are tried in
   * turn, and the one that is served is remembered. Needs a format.
   */
  prefix?: string;
  /** Sent along to the relay's own origin, never to another. */
  headers?: Record<string, string>;
  /** Used in place of the global fetch, called with no `this` as `fetch(url: string, init)`. */
  fetch?: typeof fetch;
  /** ms until the response headers of one attempt. Default 30_000. */
  timeoutMs?: number;
  /** Extra attempts of a request that is safe to repeat. Default 4. */
  retries?: number;
  /** Shared by every call on this client. Default 6 concurrent, no rate limit. */
  limits?: { concurrent?: number; perSecond?: number };
  /** Typed, redacted events: request, response, retry, poll, unknown_status, resume. */
  onEvent?: (event: ClientEvent) => void;
}

/** What a client did. URLs show origin and path only; no key, no body. */
export interface ClientEvent {
  type: "request" | "response" | "retry" | "poll" | "unknown_status" | "resume" | (string & {});
  /** ms since 1970. */
  at: number;
  ref?: TaskRef;
  [detail: string]: unknown;
}

export interface CallOptions {
  /** Ends the call at once, wherever it is; it rejects with `signal.reason` itself. */
  signal?: AbortSignal;
}

export interface WaitOptions extends CallOptions {
  /** ms, the whole wait. Default 20 minutes; null only together with a signal. */
  timeoutMs?: number | null;
  /** Bounds of the time between polls. Default { minMs: 2_000, maxMs: 15_000 }. */
  poll?: { minMs?: number; maxMs?: number };
  /** Polls in a row that may fail before the wait gives up. Default 10. */
  failures?: number;
  /** Called with the first snapshot and every changed one. What it throws ends the wait. */
  onUpdate?: (task: Task) => void;
}

export interface DownloadOptions extends CallOptions {
  /** Default "video"; the others come from the content path, where the relay has them. */
  variant?: "video" | "thumbnail" | "spritesheet";
  /** Which of task.outputs; default the first video. */
  output?: number;
  /** After every chunk; `total` is null where the relay tells no length. */
  onProgress?: (progress: { bytes: number; total: number | null }) => void;
  /** ms, the longest silence between two chunks. Default 30_000. */
  idleTimeoutMs?: number;
  /** For a string or TaskRef, which is waited for first. */
  wait?: WaitOptions;
}

export interface CreateOptions extends CallOptions {
  /**
   * For `sora-chat`, whose answer is the clip: called with how far it is, the first time it is told and at every change.
   * What it throws ends the call.
   */
  onUpdate?: (task: Task) => void;
  /** ms, for `sora-chat`: the longest silence in the answer. Default 150_000. */
  idleTimeoutMs?: number;
}

/** A client of one relay. Holds settings and counts; nothing needs to be closed. */
export interface Client {
  /** One request, one snapshot. */
  query(task: string | TaskRef, options?: CallOptions): Promise<Task>;
  /** Resolves only with a succeeded task; everything else rejects with a ReelayError. */
  wait(task: string | TaskRef, options?: WaitOptions): Promise<Task>;
  /** Yields the first snapshot and then every changed one, the final one last. Latest wins: no backlog. */
  watch(task: string | TaskRef, options?: WaitOptions): AsyncIterable<Task>;
  /** One durable poll for job queues: store `state`, come back after `delayMs` (null: final). */
  step(task: string | TaskRef, state?: StepState | null, options?: WaitOptions): Promise<StepResult>;
  /** Lazy: nothing is asked until it is read. A string or TaskRef is waited for first. */
  download(task: string | TaskRef | Task, options?: DownloadOptions): Download;
  /**
   * Many tasks under one limit, in order of completion; one failure never ends the others. Where the relay can tell of many in one
   * answer, they share their requests; the events of such a request name no task.
   */
  all(tasks: Iterable<string | TaskRef>, options?: WaitOptions): AsyncIterable<Settled>;
  /**
   * Has something made; the task is ready for wait() and download(). Sent once: only an answer which proves that nothing
   * was made (429, or a path that is not served) is followed by another attempt. Where nobody knows, the error's `hint` says
   * what to look at before creating again.
   */
  create(request: CreateRequest, options?: CreateOptions): Promise<Task>;
  /** What else OpenAI's video API has. For a client of `openai-videos`, or of `auto`. */
  readonly videos: Videos;
}

/**
 * What is to be made: the fields that most formats have, each sent under the format's own name. What a format has no field for is
 * refused, and so is a value that it does not know; `extra` sends anything.
 */
export interface CreateRequest {
  /** As the relay names it. Any name is sent. */
  model: string;
  prompt: string;
  /**
   * http(s) URLs, data: URLs or files, in the format's order: the first frame, the last, or references. How many a format takes
   * differs. Veo takes files and `gs://` addresses.
   */
  images?: (string | Blob)[];
  /** Whole seconds. Kling 3 to 15, MiniMax 6 or 10, Veo 4, 6 or 8, Jimeng 5 or 10. */
  seconds?: number;
  /** Pixels such as `1280x720`, or a word such as `720p`, as the model has it. */
  size?: string;
  /** Such as `16:9`. */
  aspectRatio?: string;
  /**
   * What of a format's several: Kling's `text2video`, `image2video`, ...; MiniMax' `v1`, `v2`; Vidu's `img2video`, ...; Suno's
   * `music`, `custom`, `lyrics`; Midjourney's `imagine`, `blend`, ...; Runway's `image_to_video`, ...; Jimeng's `fetch`;
   * Replicate's `version`. Left out, it follows from the images.
   */
  kind?: string;
  /**
   * A clip to go on from: an address, a task that has one, or the id that the format wants. For sora-chat, Kling, Doubao, Veo, Suno,
   * Luma, Runway.
   */
  video?: string | Task;
  /** The format's own fields, over the others: plain objects are merged, anything else replaces; undefined takes a field away. */
  extra?: Record<string, unknown>;
}

/** The calls of OpenAI's video API that have no like in other formats. */
export interface Videos {
  /** Another clip after a finished one. Sent once, as create(). */
  remix(task: string | TaskRef | Task, request: { prompt: string; extra?: Record<string, unknown> }, options?: CallOptions): Promise<Task>;
  /** A clip changed. Sent once. */
  edit(request: { video: string | TaskRef | Task | Blob; prompt: string; extra?: Record<string, unknown> }, options?: CallOptions): Promise<Task>;
  /** A clip continued, by 4, 8, 12, 16 or 20 seconds. Sent once. */
  extend(
    request: { video: string | TaskRef | Task | Blob; prompt: string; seconds?: number; extra?: Record<string, unknown> }, options?: CallOptions,
  ): Promise<Task>;
  /** A character from a clip. Sent once. */
  createCharacter(request: { name: string; video: Blob; extra?: Record<string, unknown> }, options?: CallOptions): Promise<Character>;
  getCharacter(id: string, options?: CallOptions): Promise<Character>;
  /** The tasks of this key, by pages: `limit` is 0 to 100, `after` the `lastId` of the page before. */
  list(options?: { limit?: number; order?: "asc" | "desc"; after?: string } & CallOptions): Promise<{ tasks: Task[]; hasMore: boolean; lastId: string | null }>;
  /** Removes a task and its clip. */
  remove(task: string | TaskRef | Task, options?: CallOptions): Promise<{ id: string; deleted: boolean }>;
}

/** A character that prompts may name. */
export interface Character {
  id: string | null;
  name: string | null;
  /** ms since 1970. */
  createdAt: number | null;
  /** The parsed body as the relay sent it. */
  raw: unknown;
}

/** Plain JSON, opaque, versioned. */
export type StepState = { readonly v: 1; [key: string]: unknown };

export interface StepResult {
  /** null when this poll failed; the next one may not. */
  task: Task | null;
  state: StepState;
  /** ms until the next step; null: the task is final. */
  delayMs: number | null;
}

export type Settled = { ok: true; ref: TaskRef; task: Task } | { ok: false; ref: TaskRef; error: ReelayError };

/** The bytes of one output: verified, continued with Range after a cut, a fresh address asked for when one has expired. */
export interface Download {
  /** Holds one chunk at a time. */
  stream(): ReadableStream<Uint8Array>;
  /** All bytes in memory; `too_large` above `maxBytes`. */
  bytes(options?: { maxBytes?: number }): Promise<Uint8Array>;
  /** As bytes(), with the media type. */
  blob(options?: { maxBytes?: number }): Promise<Blob>;
  /** Into a sink, with its back-pressure. */
  pipeTo(sink: WritableStream<Uint8Array>): Promise<{ bytes: number; mediaType: string | null }>;
}

/** How a body is to be read that came another way. */
export interface ReadOptions {
  /** Default "auto": by the body's own shape. */
  format?: Format | "auto";
  /** Default 200. */
  httpStatus?: number;
  /** Of the relay, for the ref; left out, the ref names none and no client takes it. */
  baseUrl?: string;
}
