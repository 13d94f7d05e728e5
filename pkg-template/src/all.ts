// Many waits at once; the client's limit keeps them apart. Written out, as a generator's return() would wait for next().
import { Bell } from "./bell.ts";
import { isReelayError, ReelayError } from "./error.ts";
import { check } from "./signal.ts";
import type { Client, ClientOptions, Settled, TaskRef, WaitOptions } from "./types.ts";

type Relay = Pick<ClientOptions, "baseUrl" | "format">;

export function all(client: Client, tasks: Iterable<string | TaskRef>, options: WaitOptions, relay: Relay): AsyncIterable<Settled> {
  return { [Symbol.asyncIterator]: () => iterate(client, tasks, options, relay) };
}

function iterate(client: Client, tasks: Iterable<string | TaskRef>, options: WaitOptions, relay: Relay): AsyncIterator<Settled> {
  // One for each wait: a signal with many listeners looks like a leak to Node, which warns.
  const waits = new Set<AbortController>();
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
    for (const wait of waits) wait.abort(signal?.reason);
    bell.ring();
  }

  async function one(task: string | TaskRef) {
    const wait = new AbortController();
    waits.add(wait);
    try {
      const done = await client.wait(task, { ...options, signal: wait.signal });
      if (ended) return;
      settled.push({ ok: true, ref: done.ref, task: done });
    } catch (error) {
      if (ended) return;
      // The contract's error is a ReelayError; what a caller's own onUpdate throws ends them all.
      if (!isReelayError(error)) return end({ error });
      settled.push({ ok: false, ref: error.ref ?? refOf(task, relay), error });
    } finally {
      waits.delete(wait);
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
