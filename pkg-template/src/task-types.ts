// What a task is: the format it is asked in, the ref that names it, and one snapshot of it.

/**
 * A wire format: which paths are asked, and where a body has its outputs. All are spoken; {@link formats} lists them.
 *
 * @example
 * ```ts
 * const kling = createClient({ baseUrl: "https://relay.example", apiKey: process.env.RELAY_KEY, format: "kling" });
 * ```
 */
export type Format =
  | "openai-videos" | "unified-video" | "newapi-generations" | "sora-chat"
  | "kling" | "wan" | "minimax" | "vidu" | "doubao" | "veo-native"
  | "suno" | "midjourney" | "jimeng" | "luma" | "runway" | "replicate";

/**
 * All that another process needs to go on with a task: store it, send it, and give it to any client of the same relay.
 * Plain JSON; never holds a key. A client refuses a ref of another relay with `invalid_argument`.
 *
 * @example
 * ```ts
 * const { ref } = await relay.query("video_123");
 * const stored = JSON.stringify(ref); // in one process
 * const task = await relay.wait(parseTaskRef(JSON.parse(stored))); // in another
 * ```
 */
export interface TaskRef {
  /** The id the relay is asked with; not empty. */
  id: string;
  /** The format, and with it the route. */
  format: Format;
  /**
   * What it is a task of, where the format's paths tell that apart: Kling's `image2video`. Left out where it is the usual. At most 64 letters,
   * digits and `_/-`.
   */
  kind?: string;
  /** The relay: origin and path prefix, without `/v1`. */
  baseUrl: string;
}

/**
 * What a task is doing. `succeeded`, `failed` and `expired` are final. `unknown` is not: the relay said nothing that can be read as a state, so
 * a wait goes on.
 */
export type Status = "queued" | "running" | "succeeded" | "failed" | "expired" | "unknown";

/** One deliverable. */
export interface Output {
  /** What it is; a `cover` is the still that belongs to a clip or a song. */
  kind: "video" | "image" | "audio" | "cover";
  /** http(s) or data. A signed address is a secret, and expires. */
  url: string;
}

/**
 * One snapshot of a task: a plain object that survives JSON and structuredClone.
 *
 * @example
 * ```ts
 * const task = await relay.query("video_123");
 * if (task.status === "failed") console.error(task.error?.code, task.error?.message);
 * else console.log(task.status, task.progress, task.videoUrl);
 * ```
 */
export interface Task {
  /** What to go on asking with, here or in another process. */
  ref: TaskRef;
  /** The id to go on asking with: the one asked for, whatever the body names. */
  id: string;
  /** One of six words, whatever the relay's own is. */
  status: Status;
  /** The relay's own word, untouched; null when it has none. */
  rawStatus: string | null;
  /** 0..1; null when the relay tells none. */
  progress: number | null;
  /** Deliverables in wire order; empty until succeeded, and also when the bytes are only behind a content path. */
  outputs: Output[];
  /** The first output of kind "video"; null when there is none. A signed address is a secret, and expires. */
  videoUrl: string | null;
  /** What went wrong: only when failed or expired, else null. */
  error: {
    /** The relay's own code. */
    code: string | null;
    /** The relay's own words. */
    message: string | null;
  } | null;
  /** The model, as the relay names it. */
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
  etaMs?: number | null;
  /** The parsed body as the relay sent it. */
  raw: unknown;
}
