// What a command ends with.
import { isReelayError, type ErrorCode } from "#reelay";

export const exit = { ok: 0, broken: 1, usage: 2, taskFailed: 3, timedOut: 4, auth: 5, network: 6, interrupted: 130 } as const;

const codes: Partial<Record<ErrorCode, number>> = {
  invalid_argument: exit.usage,
  task_failed: exit.taskFailed,
  task_expired: exit.taskFailed,
  wait_timeout: exit.timedOut,
  auth: exit.auth,
  wasm_unavailable: exit.broken,
  internal: exit.broken,
};

/** A mistake in the command itself. */
export class Usage extends Error {}

/** Ctrl-C, or the system's wish that the process ends. */
export class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super("Interrupted.");
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof Usage) return exit.usage;
  if (error instanceof Interrupted) return error.exitCode;
  return isReelayError(error) ? codes[error.code] ?? exit.network : exit.broken;
}
