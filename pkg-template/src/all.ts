// Many waits at once; the client's limit keeps them apart.
import { isReelayError, ReelayError } from "./error.ts";
import type { Client, ClientOptions, Settled, TaskRef, WaitOptions } from "./types.ts";

export async function* all(
  client: Client, tasks: Iterable<string | TaskRef>, options: WaitOptions, { baseUrl, format }: Pick<ClientOptions, "baseUrl" | "format">,
): AsyncGenerator<Settled, void, undefined> {
  const stop = new AbortController();
  const { signal } = options;
  const abort = () => stop.abort(signal?.reason);
  if (signal?.aborted) throw signal.reason;
  signal?.addEventListener("abort", abort, { once: true });
  const settled: Settled[] = [];
  let failed: { error: unknown } | undefined;
  let notify = () => {};
  let open = 0;

  const one = async (task: string | TaskRef) => {
    try {
      const done = await client.wait(task, { ...options, signal: stop.signal });
      settled.push({ ok: true, ref: done.ref, task: done });
    } catch (error) {
      // The contract's error is a ReelayError; an abort ends them all.
      if (isReelayError(error)) settled.push({ ok: false, ref: error.ref ?? refOf(task), error });
      else failed ??= { error };
    }
    open -= 1;
    notify();
  };
  const refOf = (task: string | TaskRef): TaskRef =>
    typeof task === "string" ? { id: task, format: format === "auto" || !format ? "openai-videos" : format, baseUrl: String(baseUrl) } : task;

  try {
    if (options.timeoutMs === null && !signal) {
      throw new ReelayError("invalid_argument", { message: "timeoutMs may be null only together with a signal." });
    }
    for (const task of tasks) {
      open += 1;
      void one(task);
    }
    while (open > 0 || settled.length > 0) {
      const next = settled.shift();
      if (next) yield next;
      else if (failed) throw failed.error;
      else await new Promise<void>((resolve) => (notify = resolve));
    }
    if (failed) throw (failed as { error: unknown }).error;
  } finally {
    signal?.removeEventListener("abort", abort);
    stop.abort();
  }
}
