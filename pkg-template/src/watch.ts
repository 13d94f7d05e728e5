// A wait as an iterable of snapshots. Written out, as a generator's return() would wait for the poll under way.
import { Bell } from "./bell.ts";
import { isReelayError } from "./error.ts";
import { check } from "./signal.ts";
import type { Client, Task, TaskRef, WaitOptions } from "./types.ts";

export function watch(client: Client, task: string | TaskRef, options: WaitOptions): AsyncIterable<Task> {
  return { [Symbol.asyncIterator]: () => iterate(client, task, options) };
}

function iterate(client: Client, task: string | TaskRef, options: WaitOptions): AsyncIterator<Task> {
  const stop = new AbortController();
  let started = false;
  let latest: Task | undefined;
  let ended: { error?: unknown } | undefined;
  const bell = new Bell();

  const start = async () => {
    const { signal } = options;
    const abort = () => stop.abort(signal?.reason);
    check(signal);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      const onUpdate = (update: Task) => {
        latest = update;
        options.onUpdate?.(update);
        bell.ring();
      };
      // A wait without a deadline needs the caller's own signal: ours must not stand in for it.
      const inner = options.timeoutMs === null && !signal ? options : { ...options, signal: stop.signal };
      await client.wait(task, { ...inner, onUpdate });
    } catch (error) {
      // The final snapshot was yielded; that it is a failed one is for the caller to read.
      if (!(isReelayError(error) && (error.code === "task_failed" || error.code === "task_expired"))) throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  };

  const end = (error?: { error: unknown }) => {
    ended ??= error ?? {};
    bell.ring();
  };

  return {
    async next() {
      if (!started) {
        started = true;
        start().then(() => end(), (error: unknown) => end({ error }));
      }
      while (!latest && !ended) await bell.heard();
      if (latest) {
        const value = latest;
        latest = undefined;
        return { done: false, value };
      }
      if (ended && "error" in ended) {
        const { error } = ended;
        ended = {};
        throw error;
      }
      return { done: true, value: undefined };
    },
    async return() {
      started = true;
      latest = undefined;
      end();
      stop.abort();
      return { done: true, value: undefined };
    },
  };
}
