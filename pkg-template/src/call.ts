// One call of the core, carried out: it says what is to be done next, and is told how that went, until it has a result.
import { headers, pacing } from "#tables";
import type { Alarm, Sleeper } from "./alarms.ts";
import { headerOf, Kind, read, type Answer, type Thrown } from "./answer.ts";
import { type Awaiter, type Cut, settle, within } from "./awaited.ts";
import type { Batches } from "./batch.ts";
import type { Taken } from "./controllers.ts";
import { flatten } from "./flatten.ts";
import { type Entrant, Lane } from "./gate.ts";
import { ask, type Given, Giver, refOf, say, Turn } from "./give.ts";
import { ReelayError } from "./error.ts";
import { Pieces, readText } from "./host.ts";
import { keyed } from "./named.ts";
import type { Opened } from "./opened.ts";
import { hear, type Stoppable, unhear } from "./signal.ts";
import type { ClientEvent, Format, Task } from "./types.ts";

export class Call extends Giver implements Awaiter, Sleeper, Entrant, Stoppable {
  alarm: Alarm | undefined;
  cut: Cut | undefined;
  // A sleeping wait is little more than these fields, and there may be thousands: what is seldom there is made when it is.
  /** The items that a batch has for other calls. */
  #dealt: Map<number, unknown> | undefined;
  readonly #batches: Batches | undefined;
  readonly #opened: Opened;
  readonly #signal: AbortSignal | undefined;
  readonly #onUpdate: ((task: Task) => void) | undefined;
  /** Puts into a request's body what the core has no hands on. */
  #dress: ((init: RequestInit) => Promise<unknown>) | undefined;
  #events: ClientEvent[] | undefined;
  #updates: Task[] | undefined;
  /** Settle the run under way; undefined when there is none. */
  #resolve: ((given: any) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  /** Carries out what the core wants next. */
  #want: (() => Promise<void> | void) | undefined;
  /** It sleeps, or waits for its place, or for a batch: others will have it go on. */
  #parked = false;
  #body: unknown = null;
  #response: Response | undefined;
  /** What its run began with. */
  #what = Turn.Query;
  #cause: unknown;
  /** An answer that is being given, and what has come of it. */
  #pieces: Pieces | undefined;
  #text = "";
  /** The core has taken a place for the request that is to go out. */
  #placed = false;
  /** The core has heard how the request went, and has taken its place back. */
  #heard = false;

  constructor(opened: Opened, signal: AbortSignal | undefined, onUpdate?: (task: Task) => void, raw?: unknown, batches?: Batches) {
    super(raw, opened.scrubber);
    this.#opened = opened;
    this.#batches = batches;
    this.#signal = signal;
    this.#onUpdate = onUpdate;
  }

  // ------------------------------------------------------------ what the core says

  send(url: string, ms: number, queueMs: number | null, credentialed: boolean, most: number | null, way: number | null, placed: boolean): void {
    const { alarms, core, gate } = this.#opened;
    const polls = this.#what === Turn.Wait || this.#what === Turn.Batch;
    const exchange = (ms: number) => this.#exchange(url, ms, credentialed, most, way);
    this.#placed = placed;
    this.#next(() => {
      const lane = credentialed ? polls ? Lane.Poll : Lane.Once : Lane.Elsewhere;
      if (this.#placed || gate.admits(this, lane)) return exchange(ms);
      const queued = Date.now();
      this.#next(() => exchange(core.patience(this.number, Date.now() - queued)));
      if (queueMs !== null) alarms.sleep(this, queueMs);
      this.#parked = true;
      return undefined;
    });
  }

  join(name: string, most: number, ms: number): void {
    this.#parked = true;
    this.#batches!.join(this.#opened, this, name, most, ms);
  }

  deal(call: number, item: number, ...keys: string[]): void {
    (this.#dealt ??= new Map()).set(call, keys.reduce((body: any, key) => body[key], this.#body)[item]);
  }

  sleep(ms: number): void {
    this.#parked = true;
    this.#opened.alarms.sleep(this, ms);
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
    this.#next(() => this.#listen(ms));
  }

  decode(decode: string): void {
    this.given = { decode };
  }

  keepBody(): void {
    this.raw = this.#body;
  }

  update(): void {
    (this.#updates ??= []).push(this.taken()!);
  }

  override cause(): unknown {
    return this.#cause;
  }

  tell(
    type: string, id: string | null, format: Format, kind: string | null, baseUrl: string, text: string, code: string | null,
    httpStatus: number | null, number: number, attempt: number,
  ): void {
    // A relay may put the key into an address, or into the word for a state.
    text = this.scrubber!.text(text);
    const details: Record<string, object> = {
      request: { method: code, url: text },
      resume: { url: text, bytes: number },
      response: { url: text, httpStatus, error: code, ms: number },
      poll: { delayMs: number },
      retry: { attempt, code, httpStatus, delayMs: number },
      unknown_status: { rawStatus: text },
    };
    (this.#events ??= []).push({ type, at: Date.now(), ...(id !== null && { ref: refOf(id, format, kind, baseUrl) }), ...details[type] });
  }

  // ------------------------------------------------------------ what is done

  /** Carries the call out, from a first turn to its result or to a body to be passed on. */
  run(what: Turn, given: () => string, dress?: (init: RequestInit) => Promise<unknown>): Promise<Given> {
    this.#dress = dress;
    return new Promise((resolve, reject) => this.begin(what, given, resolve, reject));
  }

  /** The same, for a promise that is there already. */
  begin(what: Turn, given: () => string, resolve: (given: any) => void, reject: (error: unknown) => void): void {
    const { number } = this.#opened;
    hear(this.#signal, this);
    this.#resolve = resolve;
    this.#reject = reject;
    this.#what = what;
    this.#next(() => this.#turn(what, given, this.number || number));
    void this.#go();
  }

  /** Its pause is over; or its deadline has come while it waits for a place. */
  wake(): void {
    const late = this.#want;
    this.#opened.gate.quit(this);
    this.#next(() => (late ? this.#turn(Turn.Unanswered, () => flatten(0) + flatten(true) + flatten(false)) : this.#turn(Turn.Slept)));
    void this.#go();
  }

  get gone(): boolean | undefined {
    return this.#signal?.aborted;
  }

  /** It has its place. */
  enter(): void {
    this.#opened.alarms.forget(this);
    void this.#go();
  }

  /** A batch has asked for its task, whatever came of it. */
  share(batch: Call): void {
    this.#body = batch.#dealt?.get(this.number);
    this.#cause = batch.#cause;
    if (this.#resolve) this.#opened.alarms.soon(this);
  }

  /** The signal has fired. */
  stop(): void {
    const { reason } = this.#signal!;
    this.cut?.(reason);
    this.#end(this.#reject, reason);
  }

  /** Goes on until others must have it do so, or there is a result. */
  async #go(): Promise<void> {
    this.#parked = false;
    try {
      while (this.#want && !this.#parked) {
        // Of thousands whom a signal stops, some are told a moment later.
        if (this.gone) return this.stop();
        const work = this.#want;
        this.#want = undefined;
        const done = work();
        if (done) await done;
      }
      if (!this.#parked) this.#end(this.#resolve, this.given);
    } catch (error) {
      this.#end(this.#reject, error);
    }
  }

  /** Passed, not assigned where it is written: V8 makes such a function old at once, and keeps all that it holds until a full collection. */
  #next(work: () => Promise<void> | void): void {
    this.#want = work;
  }

  /** Settles the run, once. */
  #end<T>(settle: ((value: T) => void) | undefined, value: T): void {
    if (!settle) return;
    const { alarms, core, gate } = this.#opened;
    if (settle === this.#reject && this.number) core.forget(this.number);
    this.#resolve = this.#reject = this.#want = undefined;
    unhear(this.#signal, this);
    if (this.#parked) {
      alarms.forget(this);
      gate.quit(this);
    }
    if (this.#placed) gate.leave();
    this.#placed = false;
    this.#pieces?.close();
    settle(value);
  }

  /** A turn of the core: the caller is told what has changed, before anything else comes of it. */
  #turn(what: Turn, given = () => "", number = this.number): void {
    this.given = null;
    this.#core(() => say(this.#opened.core, this, what, number, given(), this.#opened.gate.free));
    this.#heard = true;
    const { onEvent } = this.#opened.shared;
    const onUpdate = this.#onUpdate;
    const events = this.#events;
    const updates = this.#updates;
    this.#events = this.#updates = undefined;
    for (const event of events ?? []) {
      try {
        onEvent?.(event);
      } catch {
        // A listener's own error is its own: the render goes on.
      }
    }
    for (const task of updates ?? []) onUpdate?.(task);
    // They may have stopped it, too.
    if (!this.#resolve) throw this.#signal?.reason;
    if (this.failure) throw this.failure;
  }

  #core<T>(turn: () => T): T {
    try {
      return ask(turn);
    } catch (error) {
      throw (this.failure = error as ReelayError);
    }
  }

  async #exchange(url: string, ms: number, credentialed: boolean, most: number | null, way: number | null): Promise<void> {
    const { gate, shared } = this.#opened;
    const began = Date.now();
    let answer: Answer | Thrown | null | undefined;
    let over = false;
    this.#cause = undefined;
    this.#placed = false;
    const taken = gate.controllers.take();
    const { controller } = taken;
    try {
      // One clock for the key, the headers and, where it is read here, the body.
      const key = credentialed && typeof shared.apiKey === "function" ? await this.#key(shared.apiKey, ms) : undefined;
      if (key !== null) {
        if (key !== undefined) this.#turn(Turn.Key, () => keyed(key));
        // The core may give the same again, and a caller's fetch may write into what it is given.
        const given = this.#request(key === undefined ? way : null);
        const init: RequestInit = { ...given, headers: new Headers(given.headers), signal: controller.signal };
        if (this.#dress) await settle(this, (resolve, reject) => void this.#dress!(init).then(resolve, reject));
        answer = await within(this, this.#fetch(url, init, most, taken), Math.max(ms - (Date.now() - began), 1), controller);
      }
      if (this.failure) throw this.failure;
      // It was stopped: the core knows nothing of it any more.
      if (!this.#resolve) throw this.#signal?.reason;
      over = true;
      this.#heard = false;
      this.#answered(answer, Date.now() - began, controller);
    } finally {
      if (over && this.#heard) gate.left();
      else gate.leave();
    }
  }

  /** What fetch is called with; what is asked in one way is always asked so. */
  #request(way: number | null): RequestInit {
    const { core, ways } = this.#opened;
    const known = way === null ? undefined : ways.get(way);
    if (known) return known;
    const given = this.#core(() => core.request(this.number))!;
    if (way !== null) ways.set(way, given);
    return given;
  }

  #answered(answer: Answer | Thrown | null | undefined, took: number, controller: AbortController): void {
    if (!answer || "cause" in answer) {
      this.#cause = answer?.cause;
      return this.#turn(Turn.Unanswered, () => flatten(took) + flatten(!answer) + flatten(true));
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
        for (const name of good ? this.#what === Turn.Query ? [] : pacing : [...pacing, ...headers]) told += flatten(headerOf(response, name));
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
      piece = await within(this, this.#pieces!.next(), ms);
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
      key = await within(this, Promise.resolve(apiKey()), ms);
    } catch (cause) {
      if (this.#signal?.aborted) throw cause;
      throw new ReelayError("auth", { message: "The apiKey function failed.", cause: this.shown(cause) });
    }
    if (key === undefined) return null;
    return typeof key === "string" ? this.scrubber!.knows(key) : "";
  }

  async #fetch(url: string, init: RequestInit, most: number | null, taken: Taken): Promise<Answer | Thrown> {
    const { core, gate, shared } = this.#opened;
    try {
      // The host's as it is now, or the caller's, called with no `this`.
      const fetch = shared.fetch ?? globalThis.fetch;
      const response = await fetch(url, init);
      const { status } = response;
      // How many bytes of it are read, or that it is left to be streamed.
      const max = most !== null && status >= 200 && status <= 299
        ? most
        : this.#core(() => core.to_read(this.number, status, (most === null && headerOf(response, "content-type")) || ""));
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
}
