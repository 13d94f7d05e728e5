// The one error class, and how the core's failures become it.
import { hints } from "#tables";
import { unsigned } from "./scrub.ts";
import type { Task, TaskRef } from "./task-types.ts";

/**
 * The closed set of codes; the README says what to do about each.
 *
 * @example
 * ```ts
 * const final: ErrorCode[] = ["task_failed", "task_expired", "no_output"];
 * ```
 */
export type ErrorCode =
  | "invalid_argument" | "auth" | "not_found" | "rate_limited" | "insufficient_funds" | "rejected" | "server" | "network"
  | "timeout" | "wait_timeout" | "task_failed" | "task_expired" | "unexpected_response" | "no_output" | "not_a_video"
  | "download_incomplete" | "too_large" | "unsafe_url" | "wasm_unavailable" | "internal";

/** What an error carries besides its code. @internal */
export interface Details {
  message: string;
  ref?: TaskRef | null;
  task?: Task | null;
  httpStatus?: number | null;
  server?: { code: string | null; message: string | null } | null;
  requestId?: string | null;
  retryAfterMs?: number | null;
  seen?: Record<string, number> | null;
  bytes?: number | null;
  hint?: string | null;
  cause?: unknown;
}

const brand = Symbol.for("reelay.error");

/** The details that are taken as they are. */
const plain = ["ref", "httpStatus", "server", "requestId", "retryAfterMs", "seen", "bytes"] as const;

/**
 * The one error class. An abort is not one of them: it rejects with signal.reason itself.
 *
 * @example
 * ```ts
 * try {
 *   await relay.wait("video_789");
 * } catch (error) {
 *   if (!isReelayError(error)) throw error;
 *   console.error(error.code, error.server?.message, error.hint);
 *   if (error.code === "wait_timeout") await relay.wait(error.ref!);
 * }
 * ```
 */
export class ReelayError extends Error {
  /** Always the same, in minified code too. */
  override readonly name = "ReelayError";
  /** What went wrong, for programs. */
  readonly code: ErrorCode;
  /** The task asked about: all that is needed to go on with it; null where none is known. */
  declare readonly ref: TaskRef | null;
  /** The last snapshot, or null. Not enumerable: a logged error does not print it. */
  declare readonly task: Task | null;
  /** HTTP status of the answer that decided, 100 to 599; null without one. */
  declare readonly httpStatus: number | null;
  /** What the relay itself said, unwrapped from however many envelopes; null where it said nothing. */
  declare readonly server: {
    /** Its code. */
    code: string | null;
    /** Its words. */
    message: string | null;
  } | null;
  /** The relay's id of the request, for its support; null where it names none. */
  declare readonly requestId: string | null;
  /** ms that the relay asked to wait, 0 or more; null where it asked for nothing. */
  declare readonly retryAfterMs: number | null;
  /** Of `wait_timeout`: what the wait saw, and how many times: `{ running: 41, "http 502": 2 }`; else null. */
  declare readonly seen: Record<string, number> | null;
  /** Bytes that a download had delivered, 0 or more; null for other calls. */
  declare readonly bytes: number | null;
  /** One sentence: what to do next. Every code has one. */
  readonly hint: string | null;

  /** Made by the package; for code that stands in for it in tests. @internal */
  constructor(code: ErrorCode, details: Details) {
    const { message, cause, task = null, hint } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint ?? hints[code];
    for (const name of plain) (this as Record<string, unknown>)[name] = details[name] ?? null;
    // Not enumerable: a logged error shows neither a signed address nor a whole body.
    Object.defineProperty(this, "task", { value: task, configurable: true });
    Object.defineProperty(this, brand, { value: true });
  }

  /**
   * Safe to log: no key, no signed URL; of the task only its status, its word and its progress.
   *
   * @example
   * ```ts
   * await relay.wait("video_789").catch((error) => console.error(JSON.stringify(error)));
   * ```
   */
  toJSON(): object {
    const shown = (text: string | null = null) => text && unsigned(text);
    const { task } = this;
    const server = this.server && { code: shown(this.server.code), message: shown(this.server.message) };
    const { status = null, progress = null, rawStatus } = task ?? {};
    return { ...(this as object), message: shown(this.message), server, task: task && { status, rawStatus: shown(rawStatus), progress } };
  }
}

/** The caller's mistake. @internal */
export const invalid = (message: string, cause?: unknown) => new ReelayError("invalid_argument", { message, cause });

// A minifier renames classes; a stack trace must not tell of it.
Object.defineProperty(ReelayError, "name", { value: "ReelayError" });

/**
 * True for a {@link ReelayError} of any copy of the package.
 *
 * @example
 * ```ts
 * const error = await relay.query("").catch((reason: unknown) => reason);
 * console.log(isReelayError(error) && error.code); // → invalid_argument
 * ```
 */
export function isReelayError(e: unknown): e is ReelayError {
  return (e as Record<symbol, unknown> | null | undefined)?.[brand] === true;
}
