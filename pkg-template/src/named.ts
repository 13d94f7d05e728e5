// What a caller hands in, copied: a getter of theirs runs here and nowhere else.
import { ReelayError } from "./error.ts";
import { plain } from "./plain.ts";
import type { Task, TaskRef } from "./types.ts";

/** An id, or the three fields of a ref. */
export function named(task: string | TaskRef): unknown {
  if (typeof task !== "object" || task === null) return task;
  return copied(() => plain({ id: task.id, format: task.format, baseUrl: task.baseUrl }));
}

/** A task that was given out earlier, its body apart; undefined for an id or a ref. */
export function given(task: string | TaskRef | Task): { task: unknown; raw: unknown } | undefined {
  if (typeof task !== "object" || task === null || !("ref" in task)) return undefined;
  return copied(() => {
    const { raw = null, ...rest } = task;
    return { task: plain({ ...rest, ref: named(rest.ref) }), raw };
  });
}

/** Runs what reads a caller's object. */
export function copied<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new ReelayError("invalid_argument", { message: "An argument cannot be read.", cause });
  }
}
