// The caller's signal, before the core is there to hear it.
import { invalid } from "./error.ts";

/** Refuses what is no signal, and throws the reason of one that has fired. */
export function check(signal: AbortSignal | null | undefined): void {
  if (signal === undefined || signal === null) return;
  if (typeof signal.addEventListener !== "function") throw invalid("signal must be an AbortSignal.");
  if (signal.aborted) throw signal.reason;
}

/** Checks a signal and listens to it; gives what ends that. */
export function heard(signal: AbortSignal | undefined, abort: () => void): () => void {
  check(signal);
  signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}

/** A result, unless the signal fires first. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
