// Options as the core takes them.
import { copied } from "./named.ts";
import type { WaitOptions } from "./types.ts";

/** A copy without what is undefined: for the core a key that is there has been set. */
export function plain<T extends object>(options: T): T {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, isRecord(value) ? plain(value) : value])) as T;
}

const isRecord = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** A wait's options. `signalled`: the caller gave a signal, so a wait without a deadline can still be ended. */
export function waiting({ signal, onUpdate: _, ...options }: WaitOptions, signalled = !!signal): object {
  return copied(() => plain({ ...options, signalled }));
}
