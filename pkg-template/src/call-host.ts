// What the core asks of this side during one call: the caller's functions, and waiting for promises, timers and signals.
import type { Gate } from "./gate.ts";
import { readText } from "./host.ts";
import { Scrubber } from "./scrub.ts";
import type { ClientEvent, ClientOptions, Task } from "./types.ts";

/** What a client's calls share. */
export interface Shared {
  fetch: typeof fetch | undefined;
  apiKey: ClientOptions["apiKey"];
  onEvent: ClientOptions["onEvent"];
}

export class CallHost {
  readonly #shared: Shared;
  readonly #gate: Gate;
  readonly #signal: AbortSignal | undefined;
  readonly #onUpdate: ((task: Task) => void) | undefined;
  readonly #scrubber = new Scrubber();

  constructor(shared: Shared, gate: Gate, signal: AbortSignal | undefined, onUpdate?: (task: Task) => void) {
    this.#shared = shared;
    this.#gate = gate;
    this.#signal = signal;
    this.#onUpdate = onUpdate;
  }

  /** The caller's fetch, or the host's as it is now, called with no `this`. */
  fetch(url: string, init: RequestInit): Promise<Response> {
    const fetch = this.#shared.fetch ?? globalThis.fetch;
    return Promise.resolve(fetch(url, init));
  }

  key(): unknown {
    const { apiKey } = this.#shared;
    const key = typeof apiKey === "function" ? apiKey() : apiKey;
    if (typeof key === "string" || key === undefined) return this.#scrubber.knows(key);
    return Promise.resolve(key).then((given) => this.#scrubber.knows(given));
  }

  get listens(): boolean {
    return this.#shared.onEvent !== undefined;
  }

  /** A listener's own error is its own: the render goes on. */
  tell(event: ClientEvent): void {
    try {
      this.#shared.onEvent?.(event);
    } catch {
      // Nothing to be done about it here.
    }
  }

  update(task: Task): void {
    this.#onUpdate?.(task);
  }

  get aborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  enter(): Promise<void> | undefined {
    return this.#gate.enter(this.#signal);
  }

  leave(): void {
    this.#gate.leave();
  }

  sleep(ms: number): Promise<void> {
    return this.#settle((resolve) => {
      const timer = setTimeout(resolve, ms);
      return () => clearTimeout(timer);
    });
  }

  within<T>(promise: Promise<T>, ms: number, controller: AbortController): Promise<T | undefined> {
    return this.#settle<T | undefined>((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(undefined);
        controller.abort();
      }, ms);
      promise.then(resolve, reject);
      return () => clearTimeout(timer);
    }, controller);
  }

  readText(response: Response, max: number): Promise<string | null> {
    return readText(response, max);
  }

  scrub(thrown: unknown): unknown {
    return this.#scrubber.scrub(thrown);
  }

  /** A promise that the signal rejects at once; `start` gives what undoes it on every exit. */
  #settle<T>(
    start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void, controller?: AbortController,
  ): Promise<T> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const abort = () => {
        end();
        reject(signal?.reason);
        controller?.abort(signal?.reason);
      };
      const undo = start(
        (value) => {
          end();
          resolve(value);
        },
        (reason) => {
          end();
          reject(reason);
        },
      );
      const end = () => {
        undo();
        signal?.removeEventListener("abort", abort);
      };
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort);
    });
  }
}
