// Controllers of requests that are over, used again: in Node making one costs more than all else around a poll.

/** After so many requests a controller is dropped, and with it whatever a fetch left listening on it. */
const USES = 32;

export class Controllers {
  readonly #idle: AbortController[] = [];
  readonly #uses = new WeakMap<AbortController, number>();

  take(): AbortController {
    return this.#idle.pop() ?? new AbortController();
  }

  /** Takes back one that nothing listens to any more. */
  giveBack(controller: AbortController): void {
    const uses = (this.#uses.get(controller) ?? 0) + 1;
    if (controller.signal.aborted || uses >= USES) return;
    this.#uses.set(controller, uses);
    this.#idle.push(controller);
  }
}
