// The signals of a save: the call's own, and the download's.
import type { SourceOf } from "../download.ts";

export class Stop {
  /** Fires with the first of them, and with its reason. */
  readonly signal: AbortSignal;
  #signals: AbortSignal[];
  #controller = new AbortController();

  constructor(signal: AbortSignal | undefined, { options }: SourceOf) {
    this.signal = this.#controller.signal;
    this.#signals = [signal, options.signal].filter((signal) => signal !== undefined);
    for (const signal of this.#signals) {
      signal.addEventListener("abort", this.#hear);
      if (signal.aborted) this.#hear();
    }
  }

  #hear = (): void => {
    const fired = this.#signals.find((signal) => signal.aborted);
    if (fired) this.#controller.abort(fired.reason);
  };

  /** What the work gives, unless a signal fires first. */
  unless<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(this.signal.reason);
      if (this.signal.aborted) abort();
      this.signal.addEventListener("abort", abort);
      work.then(resolve, reject).finally(() => this.signal.removeEventListener("abort", abort));
    });
  }

  /** Listens no longer. */
  end(): void {
    for (const signal of this.#signals) signal.removeEventListener("abort", this.#hear);
  }
}
