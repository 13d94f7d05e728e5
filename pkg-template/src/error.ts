// The one error class, and how the core's failures become it.
import { hints } from "#tables";
import { unsigned } from "./scrub.ts";
import type { Task, TaskRef } from "./types.ts";

/** The closed set of codes; the README says what to do about each. */
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

/** The one error class. An abort is not one of them: it rejects with signal.reason itself. */
export class ReelayError extends Error {
  override readonly name = "ReelayError";
  readonly code: ErrorCode;
  /** The task asked about: all that is needed to go on with it. */
  declare readonly ref: TaskRef | null;
  /** The last snapshot. */
  declare readonly task: Task | null;
  /** Of the answer that decided. */
  declare readonly httpStatus: number | null;
  /** What the relay itself said, unwrapped from however many envelopes. */
  declare readonly server: { code: string | null; message: string | null } | null;
  /** The relay's id of the request, for its support. */
  declare readonly requestId: string | null;
  /** ms that the relay asked to wait. */
  declare readonly retryAfterMs: number | null;
  /** What a wait saw, and how often: { running: 41, "http 502": 2 }. */
  declare readonly seen: Record<string, number> | null;
  /** Bytes that a download had delivered. */
  declare readonly bytes: number | null;
  /** One sentence: what to do next. */
  readonly hint: string | null;

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

  /** Safe to log: no key, no signed URL. */
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

/** True for a ReelayError of any copy of the package. */
export function isReelayError(e: unknown): e is ReelayError {
  return (e as Record<symbol, unknown> | null | undefined)?.[brand] === true;
}
