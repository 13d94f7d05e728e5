// Ctrl-C: the first one ends in order, the second one at once.
import { Interrupted, exit } from "./exit.ts";

/** One press of the keys may come twice: from the terminal, and passed on by npx. */
const SAME_PRESS_MS = 300;

/** The same by SIGTERM, with the number that shells give it. */
const signals = { SIGINT: exit.interrupted, SIGTERM: 143 } as const;

export function untilInterrupted(): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let first = 0;
  const listeners = Object.entries(signals).map(([name, exitCode]) => {
    const listener = () => {
      if (controller.signal.aborted && performance.now() - first > SAME_PRESS_MS) process.exit(exitCode);
      if (controller.signal.aborted) return;
      first = performance.now();
      controller.abort(new Interrupted(exitCode));
    };
    return [name as NodeJS.Signals, listener] as const;
  });
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    signal: controller.signal,
    // Deno does not end while somebody listens.
    stop: () => listeners.forEach(([name, listener]) => process.off(name, listener)),
  };
}
