// Controllers of requests that are over, used again: in Node making one costs more than all else around a poll.

/** After so many requests a controller is dropped, and with it whatever a fetch left listening on it. */
const USES = 32;

/** A controller and how often it was taken; a WeakMap of counts would cost the collector more than it saves. */
export interface Taken {
  readonly controller: AbortController;
  uses: number;
}

export class Controllers {
  readonly #idle: Taken[] = [];

  take(): Taken {
    const taken = this.#idle.pop() ?? { controller: new AbortController(), uses: 0 };
    taken.uses += 1;
    return taken;
  }

  /** Takes back one that nothing listens to any more. */
  giveBack(taken: Taken): void {
    if (!taken.controller.signal.aborted && taken.uses < USES) this.#idle.push(taken);
  }
}
