// The waits behind the hooks: one for all components that show the same task in the same way.
import type { Client, ReelayError, TaskRef } from "#reelay";
import type { VideoTask, VideoTaskOptions } from "../react.ts";

type Without<State> = State extends unknown ? Omit<State, "refresh"> : never;
export type Snapshot = Without<VideoTask>;

/** What is watched, and how. Two of the same `key` are the same. */
export interface Wanted {
  key: string;
  client: Client;
  ref: string | TaskRef;
  options: VideoTaskOptions;
}

export const idle: Snapshot = { status: "idle", task: null, error: null };
export const waiting: Snapshot = { status: "waiting", task: null, error: null };

const watches = new WeakMap<Client, Map<string, Watch>>();

/** By value: a ref and options that are written anew in every render stay the same. */
export function keyOf(ref: string | TaskRef, { timeoutMs, poll, failures }: VideoTaskOptions): string {
  const task = typeof ref === "object" ? [ref.id, ref.format, ref.kind, ref.baseUrl] : [ref];
  // As text: JSON makes null of undefined and of Infinity.
  return JSON.stringify([task.map(String), [timeoutMs, poll?.minMs, poll?.maxMs, failures].map(String)]);
}

const found = ({ client, key }: Wanted) => watches.get(client)?.get(key);

export const snapshotOf = (wanted: Wanted): Snapshot => found(wanted)?.snapshot ?? waiting;

export const refresh = (wanted: Wanted): void => found(wanted)?.refresh();

/** Joins the watch of that task, or begins it; gives what leaves it. */
export function join(wanted: Wanted, listener: () => void): () => void {
  const { client, key } = wanted;
  const all = watches.get(client) ?? new Map<string, Watch>();
  watches.set(client, all);
  const watch = all.get(key) ?? new Watch(wanted, () => void all.delete(key));
  all.set(key, watch);
  return watch.join(listener);
}

class Watch {
  snapshot: Snapshot = waiting;
  #wanted: Wanted;
  #listeners = new Set<() => void>();
  #stop = new AbortController();
  #forget: () => void;

  constructor(wanted: Wanted, forget: () => void) {
    this.#wanted = wanted;
    this.#forget = forget;
    void this.#run();
  }

  join(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      // Not at once: strict mode leaves and joins again in one go, and so do two components of which one follows the other.
      queueMicrotask(() => this.#end());
    };
  }

  refresh(): void {
    const { task } = this.snapshot;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#tell(task?.status === "succeeded" ? { status: "done", task, error: null } : { status: "waiting", task, error: null });
    void this.#run();
  }

  /** wait() and not watch(): it alone says why a task has failed, and what to do about it. */
  async #run(): Promise<void> {
    const { client, ref, options: { timeoutMs, poll, failures } } = this.#wanted;
    const { signal } = this.#stop;
    const given = Object.entries({ timeoutMs, poll, failures }).filter(([, value]) => value !== undefined);
    try {
      const task = await client.wait(ref, {
        ...Object.fromEntries(given), signal,
        onUpdate: (task) => {
          // What is final comes with its outcome below.
          if (!signal.aborted && !["succeeded", "failed", "expired"].includes(task.status)) this.#tell({ status: "waiting", task, error: null });
        },
      });
      if (!signal.aborted) this.#tell({ status: "done", task, error: null });
    } catch (reason) {
      const error = reason as ReelayError;
      if (!signal.aborted) this.#tell({ status: "failed", task: error?.task ?? this.snapshot.task, error });
    }
  }

  #tell(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    for (const listener of [...this.#listeners]) listener();
  }

  #end(): void {
    if (this.#listeners.size > 0 || this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#forget();
  }
}
