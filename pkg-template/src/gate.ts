// The queues before the core's limit: first come, first served in each, and none waits for all of another.
import { Controllers } from "./controllers.ts";
import { Queue } from "./queue.ts";
import type { Core } from "./start.ts";

/** What a request is for: another server than the relay, one call's result, or the next of a wait's polls, of which there may be thousands. */
export const enum Lane {
  Elsewhere, Once, Poll,
}

export interface Entrant {
  /** It wants no place any more, and has not said so yet. */
  readonly gone: boolean | undefined;
  /** There is a place for it now. */
  enter(): void;
}

export class Gate {
  readonly controllers = new Controllers();
  readonly #lanes = [new Queue<Entrant>(), new Queue<Entrant>(), new Queue<Entrant>()] as const;
  readonly #core: Core;
  readonly #client: number;
  /** The lane that had the last place. */
  #last = Lane.Poll;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(core: Core, client: number) {
    this.#core = core;
    this.#client = client;
  }

  /** Nobody waits for a place. */
  get free(): boolean {
    return this.#lanes.every((lane) => lane.size === 0);
  }

  /** Whether there is a place at once; if not, it is told when there is. */
  admits(who: Entrant, lane: Lane): boolean {
    if (this.#lanes[lane].size === 0 && this.#asks(lane) === 0) return true;
    this.#lanes[lane].add(who);
    this.#admit();
    return false;
  }

  /** It waits no longer, if it did. */
  quit(who: Entrant): void {
    for (const lane of this.#lanes) lane.delete(who);
    // Nobody is left to be let in: nothing may keep the process alive.
    if (this.free) clearTimeout(this.#timer);
  }

  /** Gives a place back that the core does not know to be free. */
  leave(): void {
    this.#core.release(this.#client);
    this.left();
  }

  /** A place has been given back. */
  left(): void {
    if (!this.free) this.#admit();
  }

  /** 0 has taken a place; otherwise so many ms are to pass first, or, below 0, another is to leave. */
  #asks(lane: Lane): number {
    return this.#core.admit(this.#client, lane !== Lane.Elsewhere, Date.now());
  }

  #admit(): void {
    let soonest = Infinity;
    for (let tried = 0; tried < this.#lanes.length; tried += 1) {
      const at = ((this.#last + 1 + tried) % this.#lanes.length) as Lane;
      const lane = this.#lanes[at];
      if (lane.size === 0) continue;
      const ms = this.#asks(at);
      if (ms > 0) soonest = Math.min(soonest, ms);
      if (ms !== 0) continue;
      this.#last = at;
      let who = lane.shift();
      while (who?.gone) who = lane.shift();
      if (who) who.enter();
      else this.#core.release(this.#client);
      tried = -1;
    }
    clearTimeout(this.#timer);
    if (soonest < Infinity) this.#timer = setTimeout(() => this.#admit(), soonest);
  }
}
