// Many waits at once; the client's limit keeps them apart.
import { Batches } from "./batch.ts";
import { invalid, isReelayError } from "./error.ts";
import { fed } from "./feed.ts";
import { stretch } from "./stretch.ts";
import type { ClientOptions, Settled, Task, TaskRef, WaitOptions } from "./types.ts";

type Relay = Pick<ClientOptions, "baseUrl" | "format">;
type Wait = (task: string | TaskRef, options: WaitOptions, batches: Batches) => Promise<Task>;

export function all(wait: Wait, tasks: Iterable<string | TaskRef>, options: WaitOptions, relay: Relay): AsyncIterable<Settled> {
  const { signal } = options;
  return fed(signal, (feed) => {
    const stop = new AbortController();
    const batches = new Batches(stop.signal);
    return {
      async run() {
        const each = [...tasks].reverse();
        if (options.timeoutMs === null && !signal) {
          throw invalid("timeoutMs may be null only together with a signal: without either, a wait could hang for ever.");
        }
        const inner = { ...options, signal: stop.signal };
        await new Promise<void>((resolve, reject) => {
          let left = each.length;
          const settle = (settled: Settled) => {
            feed.values.push(settled);
            feed.ring();
            if (--left === 0) resolve();
          };
          const succeeded = (task: Task) => settle({ ok: true, ref: task.ref, task });
          const failed = (task: string | TaskRef) => (error: unknown) => {
            // The contract's error is a ReelayError; what a caller's own onUpdate throws ends them all.
            if (isReelayError(error)) settle({ ok: false, ref: error.ref ?? refOf(task, relay), error });
            else reject(error);
          };
          if (left === 0) resolve();
          const begin = () => {
            const over = stretch();
            while (each.length > 0 && !feed.over) {
              if (over()) return void setTimeout(begin);
              const task = each.pop()!;
              wait(task, inner, batches).then(succeeded, failed(task));
            }
          };
          begin();
        });
      },
      stop: () => stop.abort(signal?.reason),
    };
  });
}

const refOf = (task: string | TaskRef, { baseUrl, format = "auto" }: Relay): TaskRef =>
  typeof task === "string" ? { id: task, format: format === "auto" ? "openai-videos" : format, baseUrl: String(baseUrl) } : task;
