// What the core asks of this side during one call: the caller's functions, and waiting for promises, timers and signals.
import { flatten } from "./flatten.ts";
import type { Gate } from "./gate.ts";
import { Giver, Rejection } from "./give.ts";
import { readText } from "./host.ts";
import { Scrubber } from "./scrub.ts";
import type { ClientEvent, ClientOptions, Format, Task } from "./types.ts";

/** What a client's calls share. */
export interface Shared {
  fetch: typeof fetch | undefined;
  apiKey: ClientOptions["apiKey"];
  onEvent: ClientOptions["onEvent"];
}

/** What a body is that is no JSON; src/web/fetch.rs reads these. */
const EMPTY = 0, TEXT = 1, MARKUP = 2, TOO_LARGE = 3;

const scrubbers = new WeakMap<Shared, Scrubber>();

export class CallHost extends Giver {
  readonly #shared: Shared;
  readonly #gate: Gate;
  readonly #signal: AbortSignal | undefined;
  readonly #onUpdate: ((task: Task) => void) | undefined;
  readonly #scrubber: Scrubber;

  constructor(shared: Shared, gate: Gate, signal: AbortSignal | undefined, onUpdate?: (task: Task) => void, raw?: unknown) {
    // One for all calls: an address without the key in its request may hold it all the same.
    const scrubber = scrubbers.get(shared) ?? new Scrubber();
    scrubbers.set(shared, scrubber);
    if (typeof shared.apiKey === "string") scrubber.knows(shared.apiKey);
    super(raw, scrubber);
    this.#scrubber = scrubber;
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

  /** The key; null where a function gives none, which is not the same as having no function. */
  key(): unknown {
    const { apiKey } = this.#shared;
    if (typeof apiKey !== "function") return this.#scrubber.knows(apiKey);
    return Promise.resolve(apiKey()).then((given) => this.#scrubber.knows(given ?? null));
  }

  get listens(): boolean {
    return this.#shared.onEvent !== undefined;
  }

  /** A listener's own error is its own: the render goes on. */
  tell(
    type: string, id: string | undefined, format: string, baseUrl: string, text: string, code: string | undefined,
    httpStatus: number | undefined, number: number, attempt: number,
  ): void {
    // A relay may put the key into an address, or into the word for a state.
    text = this.#scrubber.text(text);
    const event: ClientEvent = { type, at: Date.now() };
    if (id !== undefined) event.ref = { id, format: format as Format, baseUrl };
    if (type === "request") Object.assign(event, { method: "GET", url: text });
    else if (type === "resume") Object.assign(event, { url: text, bytes: number });
    else if (type === "response") Object.assign(event, { url: text, httpStatus: httpStatus ?? null, error: code ?? null, ms: number });
    else if (type === "poll") event.delayMs = number;
    else if (type === "retry") Object.assign(event, { attempt, code, httpStatus: httpStatus ?? null, delayMs: number });
    else event.rawStatus = text;
    const { onEvent } = this.#shared;
    try {
      onEvent?.(event);
    } catch {
      // Nothing to be done about it here.
    }
  }

  update(task: Task): void {
    const onUpdate = this.#onUpdate;
    onUpdate?.(task);
  }

  get aborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  aborting(): Rejection {
    return new Rejection(this.#signal?.reason);
  }

  passing(thrown: unknown): Rejection {
    return new Rejection(thrown);
  }

  enter(ms: number | undefined): Promise<boolean> | undefined {
    return this.#gate.enter(this.#signal, ms);
  }

  leave(): void {
    this.#gate.leave();
  }

  controller(): AbortController {
    return this.#gate.controllers.take();
  }

  takeBack(controller: AbortController): void {
    this.#gate.controllers.giveBack(controller);
  }

  async answer(fetched: Promise<Response>, max: number): Promise<{ status: number; headers: Headers; body: string | number }> {
    const response = await fetched;
    const { status, headers } = response;
    return { status, headers, body: status >= 300 && status < 400 ? EMPTY : await this.readBody(response, max) };
  }

  stream(
    response: Response, controller: AbortController, at: number, skip: number, total: number | undefined, validator: string | undefined,
    mediaType: string | undefined,
  ) {
    return { response, controller, at, skip, total: total ?? null, validator: validator ?? null, mediaType: mediaType ?? null };
  }

  async readBody(response: Response, max: number): Promise<string | number> {
    this.body = null;
    const text = await readText(response, max);
    if (text === null) return TOO_LARGE;
    try {
      this.body = JSON.parse(text);
    } catch {
      const start = text.trimStart();
      return start === "" ? EMPTY : start.startsWith("<") ? MARKUP : TEXT;
    }
    return flatten(this.body);
  }

  sleep(ms: number): Promise<void> {
    return this.#settle((resolve) => {
      const timer = setTimeout(resolve, ms);
      return () => clearTimeout(timer);
    });
  }

  within<T>(promise: Promise<T>, ms: number, controller: AbortController | undefined): Promise<T | null | undefined> {
    return this.#settle<T | null | undefined>((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(undefined);
        controller?.abort();
      }, ms);
      // Undefined says that it took too long; what the promise itself gives is never that.
      promise.then((value) => resolve(value ?? null), reject);
      return () => clearTimeout(timer);
    }, controller);
  }

  /** A promise that the signal rejects at once; `start` gives what undoes it on every exit. */
  #settle<T>(
    start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void, controller?: AbortController,
  ): Promise<T> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const end = () => {
        undo();
        signal?.removeEventListener("abort", abort);
      };
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
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort);
    });
  }
}
