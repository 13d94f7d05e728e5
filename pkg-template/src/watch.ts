// A wait as an iterable of snapshots.
import { isReelayError } from "./error.ts";
import { fed } from "./feed.ts";
import type { Client, Task, TaskRef, WaitOptions } from "./types.ts";

export function watch(client: Client, task: string | TaskRef, options: WaitOptions): AsyncIterable<Task> {
  const { signal } = options;
  return fed(signal, (feed) => {
    const stop = new AbortController();
    const onUpdate = (update: Task) => {
      // Latest wins.
      feed.values = [update];
      options.onUpdate?.(update);
      feed.ring();
    };
    return {
      async run() {
        // A wait without a deadline needs the caller's own signal: ours must not stand in for it.
        const inner = options.timeoutMs === null && !signal ? options : { ...options, signal: stop.signal };
        try {
          await client.wait(task, { ...inner, onUpdate });
        } catch (error) {
          // The final snapshot was yielded; that it is a failed one is for the caller to read.
          if (!(isReelayError(error) && (error.code === "task_failed" || error.code === "task_expired"))) throw error;
        }
      },
      stop: () => stop.abort(signal?.reason),
    };
  });
}
