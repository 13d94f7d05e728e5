// The queue before the core's limit: first come, first served, and whoever leaves it is never waited for.
import { Controllers } from "./controllers.ts";
import type { Core } from "./start.ts";

export class Gate {
  readonly controllers = new Controllers();
  readonly #waiting = new Set<() => void>();
  readonly #core: Core;
  readonly #client: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(core: Core, client: number) {
    this.#core = core;
    this.#client = client;
  }

  /** Undefined when there is a place at once; else a promise of one: true, or false after `ms`. The signal rejects it. */
  enter(signal: AbortSignal | undefined, ms: number | null): Promise<boolean> | undefined {
    if (this.#waiting.size === 0 && this.#core.admit(this.#client) === 0) return undefined;
    return new Promise((resolve, reject) => {
      const timer = ms === null ? undefined : setTimeout(() => end(() => resolve(false)), ms);
      const leave = () => {
        this.#waiting.delete(go);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const end = (settle: () => void) => {
        leave();
        // Nobody is left to be let in: nothing may keep the process alive.
        if (this.#waiting.size === 0) this.#rest();
        settle();
      };
      const go = () => {
        leave();
        resolve(true);
      };
      const abort = () => end(() => reject(signal?.reason));
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort);
      this.#waiting.add(go);
      this.#admit();
    });
  }

  /** Gives a place back. */
  leave(): void {
    this.#core.release(this.#client);
    this.#admit();
  }

  #admit(): void {
    for (const go of this.#waiting) {
      const ms = this.#core.admit(this.#client);
      if (ms === 0) go();
      else {
        this.#rest();
        if (ms > 0) this.#timer = setTimeout(() => this.#admit(), ms);
        return;
      }
    }
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
