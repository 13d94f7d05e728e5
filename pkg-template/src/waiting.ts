// Options as the core takes them.
import { flatten } from "./flatten.ts";
import { copied } from "./named.ts";
import type { WaitOptions } from "./types.ts";

/**
 * A wait's options, flattened. `signalled`: the caller gave a signal, so a wait without a deadline can still be ended.
 * `began`: it is one of many, which share their requests.
 */
export function waiting({ signal, onUpdate: _, ...options }: WaitOptions, signalled = !!signal, began?: number): string {
  return copied(() => flatten({ ...options, signalled, began }));
}
