// What an iterator's pending next() calls wait for: something new, or the end.

export class Bell {
  readonly #waiting: (() => void)[] = [];

  /** Settles at the next ring. */
  heard(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Wakes all who wait; each looks for itself what there is. */
  ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
