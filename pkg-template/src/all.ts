// Many waits at once; the client's limit keeps them apart. Written out, as a generator's return() would wait for next().
import { Batches } from "./batch.ts";
import { Bell } from "./bell.ts";
import { isReelayError, ReelayError } from "./error.ts";
import { check } from "./signal.ts";
import type { ClientOptions, Settled, Task, TaskRef, WaitOptions } from "./types.ts";

type Relay = Pick<ClientOptions, "baseUrl" | "format">;
type Wait = (task: string | TaskRef, options: WaitOptions, batches: Batches) => Promise<Task>;

export function all(wait: Wait, tasks: Iterable<string | TaskRef>, options: WaitOptions, relay: Relay): AsyncIterable<Settled> {
  return { [Symbol.asyncIterator]: () => iterate(wait, tasks, options, relay) };
}

function iterate(wait: Wait, tasks: Iterable<string | TaskRef>, options: WaitOptions, relay: Relay): AsyncIterator<Settled> {
  // One for each wait: a signal with many listeners looks like a leak to Node, which warns.
  const stops = new Set<AbortController>();
  const batches = new Batches(stops);
  const { signal } = options;
  const settled: Settled[] = [];
  const bell = new Bell();
  let started = false;
  let listening = false;
  let open = 0;
  let ended = false;
  let failed: { error: unknown } | undefined;

  const abort = () => end({ error: signal?.reason });

  function end(failure?: { error: unknown }) {
    failed ??= failure;
    ended = true;
    open = 0;
    if (listening) signal?.removeEventListener("abort", abort);
    for (const stop of stops) stop.abort(signal?.reason);
    bell.ring();
  }

  async function one(task: string | TaskRef) {
    const stop = new AbortController();
    stops.add(stop);
    try {
      const done = await wait(task, { ...options, signal: stop.signal }, batches);
      if (ended) return;
      settled.push({ ok: true, ref: done.ref, task: done });
    } catch (error) {
      if (ended) return;
      // The contract's error is a ReelayError; what a caller's own onUpdate throws ends them all.
      if (!isReelayError(error)) return end({ error });
      settled.push({ ok: false, ref: error.ref ?? refOf(task, relay), error });
    } finally {
      stops.delete(stop);
    }
    open -= 1;
    if (open === 0) signal?.removeEventListener("abort", abort);
    bell.ring();
  }

  function start() {
    started = true;
    const each: (string | TaskRef)[] = [];
    try {
      check(signal);
      each.push(...tasks);
    } catch (error) {
      return end({ error });
    }
    if (options.timeoutMs === null && !signal) {
      const message = "timeoutMs may be null only together with a signal: without either, a wait could hang for ever.";
      return end({ error: new ReelayError("invalid_argument", { message }) });
    }
    signal?.addEventListener("abort", abort, { once: true });
    listening = true;
    open = each.length;
    for (const task of each) void one(task);
  }

  return {
    async next() {
      if (!started) start();
      while (settled.length === 0 && !failed && open > 0) await bell.heard();
      const value = settled.shift();
      if (value) return { done: false, value };
      if (failed) {
        const { error } = failed;
        failed = undefined;
        throw error;
      }
      return { done: true, value: undefined };
    },
    async return() {
      started = true;
      settled.length = 0;
      end();
      failed = undefined;
      return { done: true, value: undefined };
    },
  };
}

const refOf = (task: string | TaskRef, { baseUrl, format = "auto" }: Relay): TaskRef =>
  typeof task === "string" ? { id: task, format: format === "auto" ? "openai-videos" : format, baseUrl: String(baseUrl) } : task;
