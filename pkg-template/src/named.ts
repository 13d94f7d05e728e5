// What a caller hands in, read here and nowhere else: a getter of theirs may throw.
import { invalid, isReelayError } from "./error.ts";
import { flatten } from "./flatten.ts";
import type { Task, TaskRef } from "./task-types.ts";

/** An id, or the fields of a ref, flattened. */
export function named(task: string | TaskRef): string {
  if (typeof task !== "object" || task === null) return copied(() => flatten(sound(task)));
  return copied(() => flatten({ id: sound(task.id), format: task.format, kind: task.kind ?? null, baseUrl: task.baseUrl }));
}

/** An id with a NUL or half a character would lose it on the way, and be another one. */
export function sound(id: unknown): unknown {
  if (typeof id === "string" && /[\0\p{Surrogate}]/u.test(id)) throw new TypeError("The task id holds a NUL, or half of a character.");
  return id;
}

/** A key, flattened. A NUL would be lost on the way, and leave one that can be sent: in its place goes what can be sent no more. */
export const keyed = (key: unknown): string => flatten(typeof key === "string" ? key.replaceAll("\0", "\x01") : key);

/** A task that was given out earlier, its body apart; undefined for an id or a ref. */
export function given(task: string | TaskRef | Task): { task: string; raw: unknown } | undefined {
  if (typeof task !== "object" || task === null || !copied(() => "ref" in task)) return undefined;
  return copied(() => {
    const { raw = null, ...rest } = task as Task;
    sound(rest.ref?.id);
    sound(rest.id);
    return { task: flatten(rest), raw };
  });
}

/** Runs what reads a caller's object. */
export function copied<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isReelayError(cause)) throw cause;
    throw invalid("An argument cannot be read.", cause);
  }
}
