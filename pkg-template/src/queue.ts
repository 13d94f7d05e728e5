// First in, first out; and whoever leaves before that is no longer in the way.

export class Queue<T> {
  #all = new Set<T>();
  /** Kept: a new one would walk past all that have left. */
  #order = this.#all.values();

  get size(): number {
    return this.#all.size;
  }

  add(one: T): void {
    this.#all.add(one);
  }

  delete(one: T): void {
    if (!this.#all.delete(one) || this.#all.size > 0) return;
    // In V8 an old table of a Set keeps all that come after it, and what was in them: a Set that is always in use never lets go.
    this.#all = new Set();
    this.#order = this.#all.values();
  }

  /** The first. */
  shift(): T | undefined {
    let { done, value } = this.#order.next();
    if (done) {
      this.#order = this.#all.values();
      ({ value } = this.#order.next());
    }
    this.delete(value!);
    return value;
  }
}
