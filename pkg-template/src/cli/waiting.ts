// The options of a wait, as far as the command has them.
import type { WaitOptions } from "#reelay";
import type { Args } from "./args.ts";

export function waiting({ timeoutMs, pollMs }: Args): WaitOptions {
  return { ...timeoutMs === undefined ? {} : { timeoutMs }, ...pollMs === undefined ? {} : { poll: { minMs: pollMs } } };
}
