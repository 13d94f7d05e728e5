// Results of the core, put together: one call for each object.
import { ReelayError, type ErrorCode } from "./error.ts";
import { unsigned, type Scrubber } from "./scrub.ts";
import type { Format, StepResult, Task, TaskRef } from "./types.ts";

type Text = string | undefined;
type Amount = number | undefined;

/** A call's own rejection, apart from whatever a caller's function throws. */
export class Rejection {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

export class Giver {
  /** The body last read, and the one behind the task in hand. */
  protected body: unknown = null;
  raw: unknown;
  readonly #scrubber: Scrubber | undefined;

  constructor(raw: unknown = null, scrubber?: Scrubber) {
    this.raw = raw;
    this.#scrubber = scrubber;
  }

  keepBody(): void {
    this.raw = this.body;
  }

  task(
    id: string, format: string, baseUrl: string, status: string, rawStatus: Text, progress: Amount, outputs: string, failed: boolean,
    code: Text, message: Text, model: Text, createdAt: Amount, completedAt: Amount, expiresAt: Amount,
  ): Task {
    const urls = outputs.split("\n").slice(0, -1);
    return {
      ref: { id, format: format as Format, baseUrl },
      id,
      status: status as Task["status"],
      rawStatus: rawStatus ?? null,
      progress: progress ?? null,
      outputs: urls.map((url) => ({ kind: "video", url })),
      videoUrl: urls[0] ?? null,
      error: failed ? { code: code ?? null, message: message ?? null } : null,
      model: model ?? null,
      createdAt: createdAt ?? null,
      completedAt: completedAt ?? null,
      expiresAt: expiresAt ?? null,
      raw: this.raw,
    };
  }

  failure(
    code: string, message: string, id: Text, format: string, baseUrl: string, task: Task | null, httpStatus: Amount,
    said: boolean, serverCode: Text, serverMessage: Text, requestId: Text, retryAfterMs: Amount, seen: Record<string, number> | null, bytes: Amount, cause: unknown,
  ): Rejection {
    const hide = (text: Text) => (text === undefined ? null : unsigned(this.#scrubber?.text(text) ?? text));
    if (task?.rawStatus) task.rawStatus = hide(task.rawStatus);
    if (task?.error) task.error = { code: hide(task.error.code ?? undefined), message: hide(task.error.message ?? undefined) };
    const ref: TaskRef | null = id === undefined ? null : { id, format: format as Format, baseUrl };
    return new Rejection(new ReelayError(code as ErrorCode, {
      message: hide(message) ?? "",
      ref,
      task,
      httpStatus: httpStatus ?? null,
      server: said ? { code: hide(serverCode), message: hide(serverMessage) } : null,
      requestId: hide(requestId),
      retryAfterMs: retryAfterMs ?? null,
      seen,
      bytes: bytes ?? null,
      cause: this.#scrubber ? this.#scrubber.thrown(cause) : cause,
    }));
  }

  step(task: Task | null, id: string, format: Text, baseUrl: string, at: string, delayMs: Amount): StepResult {
    return { task, state: { v: 1, id, format: format ?? null, baseUrl, at }, delayMs: delayMs ?? null };
  }
}
