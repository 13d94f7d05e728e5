// One call of the core, carried out: it says what is to be done next, and is told how that went, until it has a result.
import { headers, pacing } from "#tables";
import { headerOf, Kind, read, type Answer, type Thrown } from "./answer.ts";
import type { Batches } from "./batch.ts";
import type { Taken } from "./controllers.ts";
import { flatten } from "./flatten.ts";
import { ask, type Given, Giver, refOf, say, Turn } from "./give.ts";
import { ReelayError } from "./error.ts";
import { Pieces, readText } from "./host.ts";
import { keyed } from "./named.ts";
import type { Opened } from "./opened.ts";
import { Scrubber } from "./scrub.ts";
import { unlessAborted } from "./signal.ts";
import type { ClientEvent, Format, Task } from "./types.ts";

const scrubbers = new WeakMap<object, Scrubber>();

export class Call extends Giver {
  /** Puts into a request's body what the core has no hands on. */
  dress: ((init: RequestInit) => Promise<unknown>) | undefined;
  /** The items that a batch has for other calls. */
  readonly #dealt = new Map<number, unknown>();
  readonly #batches: Batches | undefined;
  readonly #opened: Opened;
  readonly #signal: AbortSignal | undefined;
  readonly #onUpdate: ((task: Task) => void) | undefined;
  readonly #scrubber: Scrubber;
  readonly #events: ClientEvent[] = [];
  readonly #updates: Task[] = [];
  /** Carries out what the core wants next. */
  #want: (() => Promise<void>) | undefined;
  #body: unknown = null;
  #response: Response | undefined;
  /** A relay may ask it to pause between good answers. */
  #paced = false;
  #cause: unknown;
  /** An answer that is being given, and what has come of it. */
  #pieces: Pieces | undefined;
  #text = "";

  constructor(opened: Opened, signal: AbortSignal | undefined, onUpdate?: (task: Task) => void, raw?: unknown, batches?: Batches) {
    // One for all calls: what is asked without the key may hold it all the same.
    const scrubber = scrubbers.get(opened.shared) ?? new Scrubber();
    scrubbers.set(opened.shared, scrubber);
    super(raw, scrubber);
    this.#scrubber = scrubber;
    this.#opened = opened;
    this.#batches = batches;
    this.#signal = signal;
    this.#onUpdate = onUpdate;
    const { apiKey } = opened.shared;
    if (typeof apiKey !== "function") scrubber.knows(apiKey);
  }

  // ------------------------------------------------------------ what the core says

  send(url: string, ms: number, queueMs: number | null, credentialed: boolean, bytes: boolean): void {
    this.#want = () => this.#exchange(url, ms, queueMs, credentialed, bytes);
  }

  join(name: string, most: number, ms: number): void {
    this.#want = async () => {
      const batch = await this.#settle<Call>((resolve) => {
        void this.#batches!.join(this.#opened, this.number, name, most, ms).then(resolve);
      });
      this.#body = batch.#dealt.get(this.number);
      this.#cause = batch.#cause;
      this.#turn(Turn.Slept);
    };
  }

  deal(call: number, item: number, ...keys: string[]): void {
    this.#dealt.set(call, keys.reduce((body: any, key) => body[key], this.#body)[item]);
  }

  sleep(ms: number): void {
    this.#want = async () => {
      await this.#settle<void>((resolve) => setTimeout(resolve, ms));
      this.#turn(Turn.Slept);
    };
  }

  stream(at: number, skip: number, total: number | null, validator: string | null, mediaType: string | null): void {
    const response = this.#response!;
    this.#response = undefined;
    this.given = { response, at, skip, total, validator, mediaType };
  }

  listen(ms: number): void {
    const response = this.#response;
    if (response) this.#pieces = new Pieces(response);
    this.#response = undefined;
    this.#want = () => this.#listen(ms);
  }

  decode(decode: string): void {
    this.given = { decode };
  }

  keepBody(): void {
    this.raw = this.#body;
  }

  update(): void {
    this.#updates.push(this.taken()!);
  }

  override cause(): unknown {
    return this.#cause;
  }

  tell(
    type: string, id: string | null, format: Format, kind: string | null, baseUrl: string, text: string, code: string | null,
    httpStatus: number | null, number: number, attempt: number,
  ): void {
    // A relay may put the key into an address, or into the word for a state.
    text = this.#scrubber.text(text);
    const details: Record<string, object> = {
      request: { method: code, url: text },
      resume: { url: text, bytes: number },
      response: { url: text, httpStatus, error: code, ms: number },
      poll: { delayMs: number },
      retry: { attempt, code, httpStatus, delayMs: number },
      unknown_status: { rawStatus: text },
    };
    this.#events.push({ type, at: Date.now(), ...(id !== null && { ref: refOf(id, format, kind, baseUrl) }), ...details[type] });
  }

  // ------------------------------------------------------------ what is done

  /** Carries the call out, from a first turn to its result or to a body to be passed on. */
  async run(what: Turn, given: () => string): Promise<Given> {
    const { core, number } = this.#opened;
    let over = false;
    this.#paced = what !== Turn.Query;
    try {
      this.#turn(what, given, this.number || number);
      while (this.#want) await this.#want();
      over = true;
      return this.given;
    } finally {
      if (!over && this.number) core.forget(this.number);
      this.#pieces?.close();
    }
  }

  /** A turn of the core: the caller is told what has changed, before anything else comes of it. */
  #turn(what: Turn, given = () => "", number = this.number): void {
    this.#want = undefined;
    this.given = null;
    this.#core(() => say(this.#opened.core, this, what, number, given()));
    const { onEvent } = this.#opened.shared;
    const onUpdate = this.#onUpdate;
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      try {
        onEvent?.(event);
      } catch {
        // A listener's own error is its own: the render goes on.
      }
    }
    for (let task = this.#updates.shift(); task; task = this.#updates.shift()) onUpdate?.(task);
    if (this.failure) throw this.failure;
  }

  #core<T>(turn: () => T): T {
    try {
      return ask(turn);
    } catch (error) {
      throw (this.failure = error as ReelayError);
    }
  }

  async #exchange(url: string, ms: number, queueMs: number | null, credentialed: boolean, bytes: boolean): Promise<void> {
    const { core, gate, shared } = this.#opened;
    const queued = Date.now();
    const turn = gate.enter(this.#signal, queueMs);
    if (turn && !(await turn)) return this.#turn(Turn.Unanswered, () => flatten(0) + flatten(true));
    // A deadline counts the queue, too.
    if (turn) ms = core.patience(this.number, Date.now() - queued);
    const began = Date.now();
    let answer: Answer | Thrown | null | undefined;
    this.#cause = undefined;
    const taken = gate.controllers.take();
    const { controller } = taken;
    try {
      // One clock for the key, the headers and, where it is read here, the body.
      const key = credentialed && typeof shared.apiKey === "function" ? await this.#key(shared.apiKey, ms) : undefined;
      if (key !== null) {
        if (key !== undefined) this.#turn(Turn.Key, () => keyed(key));
        // The core may give the same again, and a caller's fetch may write into what it is given.
        const given = this.#core(() => core.request(this.number))!;
        const init: RequestInit = { ...given, headers: new Headers(given.headers), signal: controller.signal };
        if (this.dress) await unlessAborted(this.dress(init), this.#signal);
        answer = await this.#within(this.#fetch(url, init, bytes, taken), Math.max(ms - (Date.now() - began), 1), controller);
      }
    } finally {
      gate.leave();
    }
    if (this.failure) throw this.failure;
    const took = Date.now() - began;
    if (!answer || "cause" in answer) {
      this.#cause = answer?.cause;
      return this.#turn(Turn.Unanswered, () => flatten(took) + flatten(!answer));
    }
    const { status, response, kind, body = null } = answer;
    this.#response = response;
    this.#body = body;
    try {
      this.#turn(Turn.Answered, () => {
        let told = flatten(took) + flatten(status) + flatten(kind);
        if (kind === Kind.Json) told += flatten(body);
        const good = kind !== Kind.Unread && status >= 200 && status <= 299;
        // Good JSON needs no more than the pause that a relay may ask a wait for.
        for (const name of good ? this.#paced ? pacing : [] : [...pacing, ...headers]) told += flatten(headerOf(response, name));
        return told;
      });
    } finally {
      // A body that the core has no use for after all is given up, connection and all.
      if (kind === Kind.Unread && this.#response) controller.abort();
      this.#response = undefined;
    }
  }

  /** Hears the next piece of an answer, or its end. */
  async #listen(ms: number): Promise<void> {
    let piece: string | null | undefined;
    let cut = false;
    try {
      piece = await this.#within(this.#pieces!.next(), ms, undefined);
    } catch (cause) {
      if (this.#signal?.aborted) throw cause;
      this.#cause = cause;
      cut = true;
    }
    this.#text += piece ?? "";
    this.raw = this.#text;
    if (typeof piece === "string") return this.#turn(Turn.Hear, () => flatten(piece));
    const { kind, body } = read(this.#text);
    this.raw = body ?? this.#text;
    this.#turn(Turn.Heard, () => flatten(cut ? 1 : piece === null ? 0 : 2) + flatten(200) + flatten(kind) + flatten(body));
  }

  /** The key that the caller's function gives; null when it does not in time. */
  async #key(apiKey: () => string | Promise<string>, ms: number): Promise<string | null> {
    let key: unknown;
    try {
      key = await this.#within(Promise.resolve(apiKey()), ms, undefined);
    } catch (cause) {
      if (this.#signal?.aborted) throw cause;
      throw new ReelayError("auth", { message: "The apiKey function failed.", cause: this.shown(cause) });
    }
    if (key === undefined) return null;
    return typeof key === "string" ? this.#scrubber.knows(key) : "";
  }

  async #fetch(url: string, init: RequestInit, bytes: boolean, taken: Taken): Promise<Answer | Thrown> {
    const { core, gate, shared } = this.#opened;
    try {
      // The host's as it is now, or the caller's, called with no `this`.
      const fetch = shared.fetch ?? globalThis.fetch;
      const response = await fetch(url, init);
      const { status } = response;
      // How many bytes of it are read, or that it is left to be streamed.
      const max = this.#core(() => core.to_read(this.number, status, (bytes && headerOf(response, "content-type")) || ""));
      if (max < 0) return { status, response, kind: Kind.Unread };
      if (max === 0) {
        taken.controller.abort();
        return { status, response, kind: Kind.Empty };
      }
      const text = await readText(response, max);
      gate.controllers.giveBack(taken);
      return { status, response, ...read(text) };
    } catch (cause) {
      return { cause };
    }
  }

  /** The promise's result, or undefined after a while; then, and when the signal fires, the controller is aborted. */
  #within<T>(promise: Promise<T>, ms: number, controller: AbortController | undefined): Promise<T | null | undefined> {
    return this.#settle<T | null | undefined>((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(undefined);
        controller?.abort();
      }, ms);
      // Undefined says that it took too long; what the promise itself gives is never that.
      promise.then((value) => resolve(value ?? null), reject);
      return timer;
    }, controller);
  }

  /** A promise that the signal rejects at once; `start` gives its timer, which is cleared on every exit. */
  #settle<T>(
    start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => ReturnType<typeof setTimeout> | void, controller?: AbortController,
  ): Promise<T> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const ending = <V>(settle: (value: V) => void) => (value: V) => {
        clearTimeout(timer as ReturnType<typeof setTimeout>);
        signal?.removeEventListener("abort", abort);
        settle(value);
      };
      const refuse = ending(reject);
      const abort = () => {
        refuse(signal?.reason);
        controller?.abort(signal?.reason);
      };
      const timer = start(ending(resolve), refuse);
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort);
    });
  }
}
