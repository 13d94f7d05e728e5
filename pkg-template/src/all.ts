// Many waits at once; the client's limit keeps them apart.
import { Batches } from "./batch.ts";
import { invalid, isReelayError } from "./error.ts";
import { fed } from "./feed.ts";
import type { ClientOptions, Settled, Task, TaskRef, WaitOptions } from "./types.ts";

type Relay = Pick<ClientOptions, "baseUrl" | "format">;
type Wait = (task: string | TaskRef, options: WaitOptions, batches: Batches) => Promise<Task>;

export function all(wait: Wait, tasks: Iterable<string | TaskRef>, options: WaitOptions, relay: Relay): AsyncIterable<Settled> {
  const { signal } = options;
  return fed(signal, (feed) => {
    // One for each wait: a signal with many listeners looks like a leak to Node, which warns.
    const stops = new Set<AbortController>();
    const batches = new Batches(stops);

    async function one(task: string | TaskRef) {
      const stop = new AbortController();
      stops.add(stop);
      let settled: Settled;
      try {
        const done = await wait(task, { ...options, signal: stop.signal }, batches);
        settled = { ok: true, ref: done.ref, task: done };
      } catch (error) {
        // The contract's error is a ReelayError; what a caller's own onUpdate throws ends them all.
        if (!isReelayError(error)) throw error;
        settled = { ok: false, ref: error.ref ?? refOf(task, relay), error };
      } finally {
        stops.delete(stop);
      }
      if (feed.over) return;
      feed.values.push(settled);
      feed.ring();
    }

    return {
      async run() {
        const each = [...tasks];
        if (options.timeoutMs === null && !signal) {
          throw invalid("timeoutMs may be null only together with a signal: without either, a wait could hang for ever.");
        }
        await Promise.all(each.map(one));
      },
      stop() {
        for (const stop of stops) stop.abort(signal?.reason);
      },
    };
  });
}

const refOf = (task: string | TaskRef, { baseUrl, format = "auto" }: Relay): TaskRef =>
  typeof task === "string" ? { id: task, format: format === "auto" ? "openai-videos" : format, baseUrl: String(baseUrl) } : task;
