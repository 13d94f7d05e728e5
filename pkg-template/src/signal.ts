// The caller's signal, before the core is there to hear it.
import { invalid } from "./error.ts";
import { stretch } from "./stretch.ts";

export interface Stoppable {
  /** The signal has fired. */
  stop(): void;
}

/** Who hears of each signal. One listener for all of them: for each of thousands a host would walk past all the others. */
const hearers = new WeakMap<AbortSignal, Set<Stoppable>>();

/** Tells it when the signal fires. */
export function hear(signal: AbortSignal | undefined, who: Stoppable): void {
  if (!signal) return;
  let all = hearers.get(signal);
  if (!all) hearers.set(signal, (all = new Set()));
  if (all.size === 0) signal.addEventListener("abort", tell, { once: true });
  all.add(who);
}

/** It need not be told any more. */
export function unhear(signal: AbortSignal | undefined, who: Stoppable): void {
  const all = signal && hearers.get(signal);
  if (all?.delete(who) && all.size === 0) signal!.removeEventListener("abort", tell);
}

function tell(this: AbortSignal): void {
  stopAll(hearers.get(this)!);
}

function stopAll(all: Set<Stoppable>): void {
  const over = stretch();
  for (const who of all) {
    if (over()) return void setTimeout(() => stopAll(all));
    all.delete(who);
    who.stop();
  }
}

/** Refuses what is no signal, and throws the reason of one that has fired. */
export function check(signal: AbortSignal | null | undefined): void {
  if (signal === undefined || signal === null) return;
  if (typeof signal.addEventListener !== "function") throw invalid("signal must be an AbortSignal.");
  if (signal.aborted) throw signal.reason;
}

/** Checks a signal and listens to it; gives what ends that. */
export function heard(signal: AbortSignal | undefined, stop: () => void): () => void {
  check(signal);
  const who = { stop };
  hear(signal, who);
  return () => unhear(signal, who);
}

/** A result, unless the signal fires first. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const who = { stop: () => reject(signal.reason) };
    hear(signal, who);
    work.then(resolve, reject).finally(() => unhear(signal, who));
  });
}
