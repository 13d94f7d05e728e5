// What the core makes, put together: one call for each object.
import { isReelayError, ReelayError, type ErrorCode } from "./error.ts";
import { unsigned, type Scrubber } from "./scrub.ts";
import type { Format, Output, StepResult, Task, TaskRef } from "./types.ts";

type Text = string | undefined;
type Amount = number | undefined;

export class Giver {
  /** What the core gave last: a task, or a step's result. */
  given: Task | StepResult | null = null;
  /** What it failed with. */
  failure: ReelayError | undefined;
  /** The body behind the task in hand. */
  raw: unknown;
  readonly #scrubber: Scrubber | undefined;

  constructor(raw: unknown = null, scrubber?: Scrubber) {
    this.raw = raw;
    this.#scrubber = scrubber;
  }

  /** What the last fetch threw. */
  cause(): unknown {
    return undefined;
  }

  task(
    id: string, format: string, baseUrl: string, status: string, rawStatus: Text, progress: Amount, outputs: string, failed: boolean,
    code: Text, message: Text, model: Text, createdAt: Amount, completedAt: Amount, expiresAt: Amount,
  ): void {
    const found = outputs.split("\n").slice(0, -1).map((line): Output => {
      const at = line.indexOf(" ");
      return { kind: line.slice(0, at) as Output["kind"], url: line.slice(at + 1) };
    });
    this.given = {
      ref: refOf(id, format, baseUrl),
      id,
      status: status as Task["status"],
      rawStatus: rawStatus ?? null,
      progress: progress ?? null,
      outputs: found,
      videoUrl: found.find(({ kind }) => kind === "video")?.url ?? null,
      error: failed ? { code: code ?? null, message: message ?? null } : null,
      model: model ?? null,
      createdAt: createdAt ?? null,
      completedAt: completedAt ?? null,
      expiresAt: expiresAt ?? null,
      raw: this.raw,
    };
  }

  /** The task just given, which is not the result then. */
  protected taken(): Task | null {
    const task = this.given as Task | null;
    this.given = null;
    return task;
  }

  fail(
    code: string, message: string, id: Text, format: string, baseUrl: string, httpStatus: Amount, said: boolean, serverCode: Text,
    serverMessage: Text, requestId: Text, retryAfterMs: Amount, seen: Record<string, number> | null, bytes: Amount, caused: boolean,
  ): void {
    const hide = (text: Text) => (text === undefined ? null : unsigned(this.#scrubber?.text(text) ?? text));
    const task = this.taken();
    if (task?.rawStatus) task.rawStatus = hide(task.rawStatus);
    if (task?.error) task.error = { code: hide(task.error.code ?? undefined), message: hide(task.error.message ?? undefined) };
    const ref: TaskRef | null = id === undefined ? null : refOf(id, format, baseUrl);
    this.failure = new ReelayError(code as ErrorCode, {
      message: hide(message) ?? "",
      ref,
      task,
      httpStatus: httpStatus ?? null,
      server: said ? { code: hide(serverCode), message: hide(serverMessage) } : null,
      requestId: hide(requestId),
      retryAfterMs: retryAfterMs ?? null,
      seen,
      bytes: bytes ?? null,
      cause: caused ? this.shown(this.cause()) : undefined,
    });
  }

  /** Something thrown, without the key. */
  protected shown(thrown: unknown): unknown {
    return this.#scrubber ? this.#scrubber.thrown(thrown) : thrown;
  }

  step(id: string, format: Text, baseUrl: string, at: string, delayMs: Amount): void {
    this.given = { task: this.taken(), state: { v: 1, id, format: format ?? null, baseUrl, at }, delayMs: delayMs ?? null };
  }
}

/** A ref; the core gives the format and, where there is one, the kind as one text. */
export function refOf(id: string, names: string, baseUrl: string): TaskRef {
  const [format, kind] = names.split(" ") as [Format, string?];
  return kind === undefined ? { id, format, baseUrl } : { id, format, kind, baseUrl };
}

/** Runs the core. What it throws is a trap: a bug of ours, after which the next call works all the same. */
export function ask<T>(turn: () => T): T {
  try {
    return turn();
  } catch (cause) {
    // An argument that could not be read.
    if (isReelayError(cause)) throw cause;
    throw new ReelayError("internal", { message: `reelay failed: ${String(cause)}`, cause });
  }
}

/** Runs the core for a result, or for what it failed with. */
export function made<T>(giver: Giver, turn: () => T): T {
  const result = ask(turn);
  if (giver.failure) throw giver.failure;
  return result;
}
