// First in, first out; and whoever leaves before that is no longer in the way.

export class Queue<T> {
  readonly #all = new Set<T>();
  /** Kept: a new one would walk past all that have left. */
  #order = this.#all.values();

  get size(): number {
    return this.#all.size;
  }

  add(one: T): void {
    this.#all.add(one);
  }

  delete(one: T): void {
    this.#all.delete(one);
  }

  /** The first. */
  shift(): T | undefined {
    let { done, value } = this.#order.next();
    if (done) {
      this.#order = this.#all.values();
      ({ value } = this.#order.next());
    }
    this.#all.delete(value!);
    return value;
  }
}
