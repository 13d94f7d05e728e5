// The lives of the tasks: which step each is at, and what can be said of it there.

import type { Result, Step } from "../testing-types.ts";
import type { Status } from "../task-types.ts";
import { fileOf } from "./bodies.ts";
import type { CheckedScript } from "./validate.ts";
import { readingOf } from "./table.ts";

export interface Life {
  readonly id: string;
  readonly steps: readonly Step[];
  readonly begunAt: number;
  index: number;
  /** When the present step began, and how many status answers it has given. */
  since: number;
  polls: number;
  startedAt: number | null;
  finishedAt: number | null;
  askedAt: number;
  deleted: boolean;
  /** The name of the bodies that its create call had. */
  bodies: string;
  /** The signed address in use: its end, and how many there have been. */
  signedUntil: number;
  signed: number;
  byteRequests: number;
}

/** What the relay knows of a task at one moment. */
export interface View {
  id: string;
  reading: Status;
  /** The word to send untouched; null: the format's own. */
  word: string | null;
  progress: number | null;
  error: { code: string | null; message: string | null } | null;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  /** null: the script names none. */
  model: string | null;
  prompt: string | null;
  seconds: string;
  size: string;
  result: Result;
  fields: Record<string, unknown>;
}

const MOST_LIVES = 10_000;

export function createLives(script: CheckedScript) {
  const lives = new Map<string, Life>();

  function stepsFor(id: string): Step[] | undefined {
    const mark = script.copies ? id.indexOf("~") : -1;
    const named = (key: string) => (Object.hasOwn(script.tasks, key) ? script.tasks[key] : undefined);
    return named(id) ?? (mark > 0 ? named(id.slice(0, mark)) : undefined);
  }

  function begin(id: string, steps: readonly Step[], now: number, bodies = ""): Life {
    const life: Life = {
      id, steps, begunAt: now, index: 0, since: now, polls: 0, startedAt: null, finishedAt: null,
      askedAt: now, deleted: false, bodies, signedUntil: -Infinity, signed: 0, byteRequests: 0,
    };
    enter(life, 0, now);
    lives.delete(id);
    lives.set(id, life);
    // A demo server runs for days: the oldest life makes room.
    if (lives.size > MOST_LIVES) lives.delete(lives.keys().next().value as string);
    return life;
  }

  return {
    begin,
    /** The task as it is asked for, or undefined. Asking for the status may begin its life anew. */
    ask(id: string, now: number, what: "status" | "content"): Life | undefined {
      const known = lives.get(id);
      if (known?.deleted) return undefined;
      const steps = known?.steps ?? stepsFor(id);
      if (!steps) return undefined;
      const stale = known && what === "status" && now - known.askedAt > (script.restartAfterMs ?? Infinity);
      const life = known && !stale ? known : begin(id, steps, now, known?.bodies);
      life.askedAt = now;
      return life;
    },
    /** The task whose result has this name. */
    byFile(file: string): string | undefined {
      return [...new Set([...lives.keys(), ...Object.keys(script.tasks)])].find((id) => fileOf(id) === file);
    },
    /** Every task, begun or not, for a list: asking does not move it. */
    all(now: number): Life[] {
      for (const [id, steps] of Object.entries(script.tasks)) if (!lives.has(id)) begin(id, steps, now);
      return [...lives.values()].filter((life) => !life.deleted);
    },
    clear: () => lives.clear(),
  };
}

export type Lives = ReturnType<typeof createLives>;

/** Moves on by the clock alone, as a look at the content does. */
export function elapse(life: Life, now: number): void {
  for (;;) {
    const { forMs } = present(life);
    if (forMs === undefined || life.index === life.steps.length - 1 || now < life.since + forMs) return;
    enter(life, life.index + 1, life.since + forMs);
  }
}

/** Moves on for one status answer, and returns the step that gives it. */
export function poll(life: Life, now: number): Step {
  elapse(life, now);
  const { polls = 1, forMs } = present(life);
  if (forMs === undefined && life.polls >= polls && life.index < life.steps.length - 1) {
    enter(life, life.index + 1, now);
    elapse(life, now);
  }
  life.polls++;
  return present(life);
}

export function viewOf(life: Life, now: number): View {
  const view: View = {
    id: life.id, reading: "queued", word: null, progress: null, error: null,
    createdAt: life.begunAt, startedAt: life.startedAt, finishedAt: life.finishedAt,
    model: null, prompt: null, seconds: "8", size: "1280x720", result: {}, fields: present(life).fields ?? {},
  };
  for (const [index, step] of life.steps.slice(0, life.index + 1).entries()) {
    if (step.status !== undefined || step.rawStatus !== undefined) {
      view.reading = stateOf(step);
      view.word = step.rawStatus ?? (step.status === view.reading ? null : step.status ?? null);
    }
    if (step.progress !== undefined) {
      view.progress = Array.isArray(step.progress)
        ? between(step.progress, index < life.index ? 1 : passed(life, step, now))
        : step.progress;
    }
    if (step.error) view.error = { code: step.error.code ?? null, message: step.error.message ?? null };
    for (const key of ["model", "prompt", "seconds", "size"] as const) if (step[key] !== undefined) view[key] = step[key];
    if (step.result) view.result = step.result;
  }
  return view;
}

/** Whether nothing will change any more, and how long the present step holds. */
export function restOf(life: Life, now: number): { last: boolean; ms: number } {
  const { forMs } = present(life);
  return { last: life.index === life.steps.length - 1, ms: forMs === undefined ? 0 : Math.max(0, life.since + forMs - now) };
}

function present(life: Life): Step {
  return life.steps[life.index]!;
}

function enter(life: Life, index: number, at: number): void {
  life.index = index;
  life.since = at;
  life.polls = 0;
  const step = present(life);
  if (step.status === undefined && step.rawStatus === undefined) return;
  const reading = stateOf(step);
  if (reading === "running") life.startedAt ??= at;
  if (reading === "succeeded" || reading === "failed" || reading === "expired") life.finishedAt ??= at;
}

function stateOf(step: Step): Status {
  return readingOf(step.status ?? step.rawStatus ?? "") ?? "running";
}

function passed(life: Life, step: Step, now: number): number {
  const share = step.forMs !== undefined ? (now - life.since) / step.forMs : (life.polls - 1) / ((step.polls ?? 1) - 1 || 1);
  return Math.min(1, Math.max(0, share));
}

function between([from, to]: [number, number], share: number): number {
  return from + (to - from) * share;
}
