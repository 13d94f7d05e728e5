// The public types. All times are milliseconds, all sizes bytes, all progress 0..1.
import type { CreateOptions, CreateRequest, Videos } from "./create-types.ts";
import type { ReelayError } from "./error.ts";
import type { Format, Task, TaskRef } from "./task-types.ts";

export type * from "./create-types.ts";
export type * from "./task-types.ts";

/**
 * The relay and how to treat it. A number out of its range is `invalid_argument` at the client's first call, anything else that is wrong at
 * {@link createClient}.
 *
 * @example
 * ```ts
 * const patient = createClient({
 *   baseUrl: "https://relay.example",
 *   apiKey: async () => process.env.RELAY_KEY ?? "",
 *   timeoutMs: 10_000, retries: 8,
 *   limits: { concurrent: 2, perSecond: 5 },
 *   onEvent: ({ type, at }) => console.log(new Date(at).toISOString(), type),
 * });
 * ```
 */
export interface ClientOptions {
  /** The relay, http or https, with or without a trailing slash or `/v1`; a path prefix is kept. */
  baseUrl: string | URL;
  /**
   * A key, or a function asked before every request. Left out when baseUrl is a proxy of your own.
   * @defaultValue none: no `Authorization` is sent
   */
  apiKey?: string | (() => string | Promise<string>);
  /**
   * Which path is asked. `auto` asks /v1/videos/\{id\}, /v1/video/query and /v1/video/generations/\{id\} until one knows the task, and remembers.
   * @defaultValue `"auto"`
   */
  format?: Format | "auto";
  /**
   * What stands before the format's own paths, such as `/kling`. Left out, those that relays and the vendor use are tried in
   * turn, and the one that is served is remembered. Needs a format.
   * @defaultValue the format's own, in turn
   */
  prefix?: string;
  /**
   * Sent along to the relay's own origin, never to another.
   * @defaultValue none
   */
  headers?: Record<string, string>;
  /**
   * Used in place of the global fetch, called with no `this` as `fetch(url: string, init)`.
   * @defaultValue the global `fetch`, looked up at every request
   */
  fetch?: typeof fetch;
  /**
   * ms until the response headers of one attempt; for JSON, until its whole body. 1 to 2_147_483_647.
   * @defaultValue 30_000
   */
  timeoutMs?: number;
  /**
   * Extra attempts of a request that is safe to repeat. 0 to 100.
   * @defaultValue 4
   */
  retries?: number;
  /**
   * Shared by every call on this client.
   * @defaultValue 6 concurrent, no rate limit
   */
  limits?: {
    /**
     * Requests at once. A download holds its place until its headers. 1 to 10_000.
     * @defaultValue 6
     */
    concurrent?: number;
    /**
     * Requests started in one second. 0.01 to 10_000.
     * @defaultValue off
     */
    perSecond?: number;
  };
  /**
   * Told of every request, retry and poll. What it throws is ignored.
   * @defaultValue none
   */
  onEvent?: (event: ClientEvent) => void;
}

/**
 * What a client did. URLs show origin and path only; no key, no body. Which details an event has besides, the README lists.
 *
 * @example
 * ```ts
 * const told: string[] = [];
 * const logged = createClient({
 *   baseUrl: "https://relay.example", apiKey: process.env.RELAY_KEY,
 *   onEvent: (event) => told.push(JSON.stringify(event)),
 * });
 * await logged.query("video_123");
 * console.log(told.length); // → 2
 * ```
 */
export interface ClientEvent {
  /** What happened; a later version may have more. */
  type: "request" | "response" | "retry" | "poll" | "unknown_status" | "resume" | (string & {});
  /** ms since 1970. */
  at: number;
  /** The task it was about; left out while none is known. */
  ref?: TaskRef;
  [detail: string]: unknown;
}

/** What every call takes. */
export interface CallOptions {
  /**
   * Ends the call at once, wherever it is; it rejects with `signal.reason` itself.
   * @defaultValue none
   */
  signal?: AbortSignal;
}

/** How long a wait lasts, and how often it asks. A number out of its range is `invalid_argument`. */
export interface WaitOptions extends CallOptions {
  /**
   * ms, the whole wait; then it rejects with `wait_timeout`, and the task goes on. 0 to 2_147_483_647; null (no deadline) only together with a
   * signal.
   * @defaultValue 1_200_000 (20 minutes)
   */
  timeoutMs?: number | null;
  /**
   * Bounds of the time between polls.
   * @defaultValue 2 to 15 seconds
   */
  poll?: {
    /**
     * ms, the shortest. 0 to 2_147_483_647.
     * @defaultValue 2_000, or maxMs where that is less
     */
    minMs?: number;
    /**
     * ms, the longest, unless the relay asks for more. 0 to 2_147_483_647.
     * @defaultValue 15_000, or minMs where that is more
     */
    maxMs?: number;
  };
  /**
   * Polls in a row that may fail; one more ends the wait. A good poll begins the count anew. 0 to 1_000_000.
   * @defaultValue 10
   */
  failures?: number;
  /**
   * Called with the first snapshot and every changed one. What it throws ends the wait.
   * @defaultValue none
   */
  onUpdate?: (task: Task) => void;
}

/** What is downloaded, and how patiently. */
export interface DownloadOptions extends CallOptions {
  /**
   * The clip itself; or a still or a sheet of stills from the content path, where the relay has them.
   * @defaultValue `"video"`
   */
  variant?: "video" | "thumbnail" | "spritesheet";
  /**
   * Which of task.outputs, by its index from 0.
   * @defaultValue the first video
   */
  output?: number;
  /**
   * Called after every chunk with the bytes so far; `total`, in bytes, is null where the relay tells no length. What it throws ends the download.
   * @defaultValue none
   */
  onProgress?: (progress: { bytes: number; total: number | null }) => void;
  /**
   * ms, the longest silence between two chunks; then the download is taken up again from there. 1 to 2_147_483_647.
   * @defaultValue 30_000
   */
  idleTimeoutMs?: number;
  /**
   * For a string or TaskRef, which is waited for first.
   * @defaultValue those of {@link WaitOptions}
   */
  wait?: WaitOptions;
}

/** A client of one relay. Holds settings and counts; nothing needs to be closed. */
export interface Client {
  /**
   * One request, one snapshot.
   *
   * @throws {@link ReelayError} `invalid_argument`, `auth`, `not_found`, `rate_limited`, `insufficient_funds`, `rejected`, `server`, `network`,
   * `timeout`, `unexpected_response`, `too_large` (a body of more than 8 MiB), `unsafe_url`, `wasm_unavailable`, `internal`; an abort rejects
   * with `signal.reason` itself. A failed task is a snapshot, not an error.
   * @example
   * ```ts
   * const { status, progress } = await relay.query("video_123", { signal: AbortSignal.timeout(5_000) });
   * console.log(status, progress); // → running 0.5
   * ```
   */
  query(task: string | TaskRef, options?: CallOptions): Promise<Task>;
  /**
   * Resolves only with a succeeded task; everything else rejects.
   *
   * @throws {@link ReelayError} `task_failed`, `task_expired`, `wait_timeout` (the task goes on: wait again with `error.ref`), `not_found` for a
   * task never seen, and those of {@link Client.query}. Single polls that fail are counted first, up to `failures`.
   * @example
   * ```ts
   * const task = await relay.wait("video_123", { timeoutMs: 600_000, onUpdate: ({ progress }) => console.log(progress) });
   * console.log(task.status); // → succeeded
   * ```
   */
  wait(task: string | TaskRef, options?: WaitOptions): Promise<Task>;
  /**
   * Yields the first snapshot and then every changed one, the final one last. Latest wins: no backlog. Leaving the loop ends the polling.
   *
   * @throws {@link ReelayError} as {@link Client.wait}, but for `task_failed` and `task_expired`: those are snapshots here.
   * @example
   * ```ts
   * for await (const { status, progress } of relay.watch("video_123")) console.log(status, progress); // → succeeded 1
   * ```
   */
  watch(task: string | TaskRef, options?: WaitOptions): AsyncIterable<Task>;
  /**
   * One durable poll for job queues: store `state`, come back after `delayMs` (null: final). The deadline counts from the first step.
   *
   * @throws {@link ReelayError} as {@link Client.wait}, but for `task_failed` and `task_expired`: those are results here, with `delayMs` null.
   * @example
   * ```ts
   * let state: StepState | null = null;
   * let step: StepResult;
   * do {
   *   step = await relay.step("video_123", state, { timeoutMs: 3_600_000 });
   *   state = step.state; // plain JSON: a job queue would store it, and end here
   *   await new Promise((resolve) => setTimeout(resolve, step.delayMs ?? 0));
   * } while (step.delayMs !== null);
   * console.log(step.task?.status); // → succeeded
   * ```
   */
  step(task: string | TaskRef, state?: StepState | null, options?: WaitOptions): Promise<StepResult>;
  /**
   * The bytes of one output. Lazy: nothing is asked until it is read. A string or TaskRef is waited for first.
   *
   * @throws {@link ReelayError} when it is read: `no_output`, `not_a_video`, `download_incomplete` (with `bytes`), `too_large`, `unsafe_url`, and what
   * any request may; for a string or a TaskRef also what {@link Client.wait} does.
   * @example
   * ```ts
   * const video = relay.download("video_123", { onProgress: ({ bytes, total }) => console.log(bytes, total) });
   * console.log((await video.blob()).type); // → video/mp4
   * ```
   */
  download(task: string | TaskRef | Task, options?: DownloadOptions): Download;
  /**
   * Many tasks under one limit, in order of completion; one failure never ends the others. Where the relay can tell of many in one
   * answer, they share their requests; the events of such a request name no task.
   *
   * @throws {@link ReelayError} `invalid_argument` for the options, `wasm_unavailable`, `internal`; an abort ends the loop with `signal.reason`
   * itself. What befalls a single task is in its {@link Settled}.
   * @example
   * ```ts
   * for await (const settled of relay.all(["video_123", "video_456"])) {
   *   if (settled.ok) console.log(settled.task.id, settled.task.status); // → video_456 succeeded
   *   else console.error(settled.ref.id, settled.error.code, settled.error.hint);
   * }
   * ```
   */
  all(tasks: Iterable<string | TaskRef>, options?: WaitOptions): AsyncIterable<Settled>;
  /**
   * Has something made; the task is ready for wait() and download(). Sent once: only an answer which proves that nothing
   * was made (429, or a path that is not served) is followed by another attempt. Where nobody knows, the error's `hint` says
   * what to look at before creating again.
   *
   * @throws {@link ReelayError} as {@link Client.query}; `invalid_argument` also for a field that the format has not. A task that failed at once is
   * given, not thrown.
   * @example
   * ```ts
   * const { ref } = await relay.create({ model: "sora-2", prompt: "A cat on a piano", seconds: 8, size: "1280x720" });
   * console.log((await relay.wait(ref)).status); // → succeeded
   * ```
   */
  create(request: CreateRequest, options?: CreateOptions): Promise<Task>;
  /** What else OpenAI's video API has. For a client of `openai-videos`, or of `auto`. */
  readonly videos: Videos;
}

/** Where a wait by steps is: plain JSON, opaque, versioned. Never holds a key. */
export type StepState = {
  /** The version of this shape, 1. */
  readonly v: 1;
  [key: string]: unknown;
};

/** What one step of a wait gives. */
export interface StepResult {
  /** The snapshot; null when this poll failed, and the next one may not. */
  task: Task | null;
  /** What the next step takes. */
  state: StepState;
  /** ms until the next step, 0 or more; null: the task is final. */
  delayMs: number | null;
}

/** How one task of {@link Client.all} ended. */
export type Settled =
  | {
    /** It succeeded. */
    ok: true;
    /** Which task. */
    ref: TaskRef;
    /** Its final snapshot. */
    task: Task;
  }
  | {
    /** It did not succeed, or nobody could find out. */
    ok: false;
    /** Which task. */
    ref: TaskRef;
    /** What wait() would have rejected with. */
    error: ReelayError;
  };

/**
 * The bytes of one output: verified, continued with Range after a cut, a fresh address asked for when one has expired. Each method begins anew.
 * An abort rejects with `signal.reason` itself.
 */
export interface Download {
  /**
   * A stream that holds one chunk at a time and asks for nothing before it is read. Cancelling it closes the connection.
   *
   * @throws {@link ReelayError} from the stream's reads: those of {@link Client.download}.
   * @example
   * ```ts
   * const reader = relay.download("video_456").stream().getReader();
   * for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) console.log(value?.length);
   * ```
   */
  stream(): ReadableStream<Uint8Array>;
  /**
   * All bytes in memory. `maxBytes` is 0 or more, no bound by default.
   *
   * @throws {@link ReelayError} those of {@link Client.download}; `too_large` above `maxBytes`.
   * @example
   * ```ts
   * const bytes = await relay.download("video_456").bytes({ maxBytes: 200_000_000 });
   * ```
   */
  bytes(options?: { maxBytes?: number }): Promise<Uint8Array>;
  /**
   * As bytes(), with the media type: what `URL.createObjectURL` takes. `maxBytes` is 0 or more, no bound by default.
   *
   * @throws {@link ReelayError} those of {@link Client.download}; `too_large` above `maxBytes`.
   * @example
   * ```ts
   * document.querySelector("video")!.src = URL.createObjectURL(await relay.download("video_456").blob());
   * ```
   */
  blob(options?: { maxBytes?: number }): Promise<Blob>;
  /**
   * Into a sink, with its back-pressure. What the sink throws comes back as it is.
   *
   * @throws {@link ReelayError} those of {@link Client.download}.
   * @example
   * ```ts
   * const { bytes, mediaType } = await relay.download("video_456").pipeTo(new WritableStream());
   * console.log(mediaType); // → video/mp4
   * ```
   */
  pipeTo(sink: WritableStream<Uint8Array>): Promise<{
    /** Bytes written. */
    bytes: number;
    /** As the server or the first bytes tell it. */
    mediaType: string | null;
  }>;
}

/** How a body is to be read that came another way. */
export interface ReadOptions {
  /**
   * The wire format of the body; `auto` goes by the body's own shape.
   * @defaultValue `"auto"`
   */
  format?: Format | "auto";
  /**
   * HTTP status that came with the body: from 400 on it is an error, as with query().
   * @defaultValue 200
   */
  httpStatus?: number;
  /**
   * Of the relay, for the ref; left out, the ref names none and no client takes it.
   * @defaultValue none
   */
  baseUrl?: string;
}
