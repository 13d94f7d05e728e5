// Where a video ends by its own account: an MP4 tells the length of each of its boxes, whatever its server tells.

/** A box's header, in its long form. */
const HEADER = 16;

/** Follows the outermost boxes as the bytes come by. What is no MP4 tells nothing. */
export class Boxes {
  readonly #header = new DataView(new ArrayBuffer(HEADER));
  #known = 0;
  #seen = 0;
  /** Where the next box begins; infinite when there is nothing more to learn. */
  #next = 0;

  /** The bytes that come next. */
  pass(chunk: Uint8Array): void {
    const end = this.#seen + chunk.byteLength;
    while (this.#next + this.#known < end) {
      this.#header.setUint8(this.#known, chunk[this.#next + this.#known - this.#seen]!);
      this.#known += 1;
      const size = this.#size();
      if (size === undefined) continue;
      this.#next = size < 8 || !this.#named() ? Infinity : this.#next + size;
      this.#known = 0;
    }
    this.#seen = end;
  }

  /** A box, or its header, goes on behind the last byte. */
  get short(): boolean {
    return this.#next !== Infinity && (this.#next > this.#seen || this.#known > 0);
  }

  /** The size of the box, once its header is known; 0 is a last box of any length. */
  #size(): number | undefined {
    const short = this.#known >= 8 ? this.#header.getUint32(0) : undefined;
    if (short !== 1) return this.#known === 8 ? short : undefined;
    return this.#known === HEADER ? Number(this.#header.getBigUint64(8)) : undefined;
  }

  /** Whether that was a box: four letters, and `ftyp` for the first. */
  #named(): boolean {
    const name = String.fromCharCode(...new Uint8Array(this.#header.buffer, 4, 4));
    return this.#next === 0 ? name === "ftyp" : /^[\x20-\x7e]{4}$/.test(name);
  }
}
