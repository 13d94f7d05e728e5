// What the core says, put together: a method for each of its records.
import { isReelayError, ReelayError, type ErrorCode } from "./error.ts";
import { joined } from "./flatten.ts";
import { unsigned, type Scrubber } from "./scrub.ts";
import type { Core } from "./start.ts";
import type { Format, Output, StepResult, Task, TaskRef } from "./types.ts";

type Text = string | null;
type Amount = number | null;

/** The turns of the core, in the order of src/web/exports.rs. */
export const enum Turn {
  Open, Query, Wait, Step, Download, Key, Answered, Unanswered, Slept, Advance, Idle, FailDownload, Read, Path, Create, Batch, Hear, Heard,
}

/** A body to be passed on, `skip` bytes into it, from byte `at` of the whole. */
export interface Body {
  response: Response;
  at: number;
  skip: number;
  total: Amount;
  validator: Text;
  mediaType: Text;
}

/** What the core gives: a `data:` address is to be decoded and passed on. */
export type Given = Task | StepResult | Body | { decode: string } | null;

export class Giver {
  /** As the core knows what has begun. */
  number = 0;
  /** What the core gave last: a task, a step's result, or what to pass on. */
  given: Given = null;
  /** What it failed with. */
  failure: ReelayError | undefined;
  /** The keys that lead to the tasks of a body. */
  keys: string[] | undefined;
  /** The body behind the task in hand. */
  raw: unknown;
  protected readonly scrubber: Scrubber | undefined;

  constructor(raw: unknown = null, scrubber?: Scrubber) {
    this.raw = raw;
    this.scrubber = scrubber;
  }

  /** What the last fetch threw. */
  cause(): unknown {
    return undefined;
  }

  begun(number: number): void {
    this.number = number;
  }

  path(...keys: string[]): void {
    this.keys = keys;
  }

  task(
    id: string, format: Format, kind: Text, baseUrl: string, status: Task["status"], rawStatus: Text, progress: [number, number] | null, failed: boolean,
    code: Text, message: Text, model: Text, createdAt: Amount, completedAt: Amount, expiresAt: Amount, etaMs: Amount,
    ...found: string[]
  ): void {
    const outputs: Output[] = [];
    for (let at = 0; at < found.length; at += 2) outputs.push({ kind: found[at] as Output["kind"], url: found[at + 1]! });
    this.given = {
      ref: refOf(id, format, kind, baseUrl),
      id,
      status,
      rawStatus,
      progress: progress && joined(progress),
      outputs,
      videoUrl: outputs.find((output) => output.kind === "video")?.url ?? null,
      error: failed ? { code, message } : null,
      model,
      createdAt,
      completedAt,
      expiresAt,
      etaMs,
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
    code: ErrorCode, message: string, id: Text, format: Format, kind: Text, baseUrl: string, said: boolean, serverCode: Text,
    serverMessage: Text, httpStatus: Amount, requestId: Text, retryAfterMs: Amount, bytes: Amount, caused: boolean, hint: Text, counted: boolean,
    ...seen: (string | number)[]
  ): void {
    const hide = (text: Text) => (text === null ? null : unsigned(this.scrubber?.text(text) ?? text));
    const task = this.taken();
    if (task?.rawStatus) task.rawStatus = hide(task.rawStatus);
    if (task?.error) task.error = { code: hide(task.error.code), message: hide(task.error.message) };
    const counts = seen.flatMap((what, at) => (at % 2 ? [] : [[what, seen[at + 1]]]));
    this.failure = new ReelayError(code, {
      message: hide(message)!,
      ref: id === null ? null : refOf(id, format, kind, baseUrl),
      task,
      httpStatus,
      server: said ? { code: hide(serverCode), message: hide(serverMessage) } : null,
      requestId: hide(requestId),
      retryAfterMs,
      seen: counted ? Object.fromEntries(counts) : null,
      bytes,
      hint,
      cause: caused ? this.shown(this.cause()) : undefined,
    });
  }

  /** Something thrown, without the key. */
  protected shown(thrown: unknown): unknown {
    return this.scrubber ? this.scrubber.thrown(thrown) : thrown;
  }

  step(id: string, format: Text, baseUrl: string, at: string, delayMs: Amount): void {
    this.given = { task: this.taken(), state: { v: 1, id, format, baseUrl, at }, delayMs };
  }
}

/** A ref, as the core tells one. */
export const refOf = (id: string, format: Format, kind: Text, baseUrl: string): TaskRef =>
  kind === null ? { id, format, baseUrl } : { id, format, kind, baseUrl };

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

/** Runs a turn of the core, and tells what it says: records as src/web/host.rs writes them. */
export function say(core: Core, giver: Giver, what: Turn, number: number, given: string, free = false): void {
  const said = JSON.parse(core.turn(what, number, given, Date.now(), Math.random(), free)) as [name: string, ...fields: unknown[]][];
  // The first says nothing.
  for (let at = 1; at < said.length; at += 1) {
    const [name, ...fields] = said[at]!;
    (giver as any)[name](...fields);
  }
}

/** Runs a turn of the core for a result, or for what it failed with. */
export function made(core: Core, giver: Giver, what: Turn, number: number, given: string): void {
  ask(() => say(core, giver, what, number, given));
  if (giver.failure) throw giver.failure;
}
