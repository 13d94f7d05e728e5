// What a call awaits besides its sleep: it ends by itself, by its time, or at once when the signal fires.

export type Cut = (reason: unknown) => void;

export interface Awaiter {
  /** Ends what is awaited, with the signal's reason; undefined while nothing is. */
  cut: Cut | undefined;
}

/** A promise that the signal rejects at once; `start` gives its timer, which is cleared on every exit. */
export function settle<T>(
  awaiter: Awaiter,
  start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => ReturnType<typeof setTimeout> | void,
  controller?: AbortController,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const ending = <V>(settle: (value: V) => void) => (value: V) => {
      clearTimeout(timer as ReturnType<typeof setTimeout>);
      // What comes too late ends nothing else.
      if (awaiter.cut === cut) awaiter.cut = undefined;
      settle(value);
    };
    const refuse = ending(reject);
    // Not assigned where it is written: V8 makes such a function old at once, and keeps all that it holds until a full collection.
    const cut = (reason: unknown) => {
      refuse(reason);
      controller?.abort(reason);
    };
    awaiter.cut = cut;
    const timer = start(ending(resolve), refuse);
  });
}

/** The promise's result, or undefined after a while; then, and when the signal fires, the controller is aborted. */
export function within<T>(awaiter: Awaiter, promise: Promise<T>, ms: number, controller?: AbortController): Promise<T | null | undefined> {
  return settle<T | null | undefined>(awaiter, (resolve, reject) => {
    // Undefined says that it took too long; what the promise itself gives is never that.
    promise.then((value) => resolve(value ?? null), reject);
    return setTimeout(() => {
      resolve(undefined);
      controller?.abort();
    }, ms);
  }, controller);
}
