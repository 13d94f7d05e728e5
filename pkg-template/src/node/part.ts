// The part: bytes on their way into the target.
import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import type { Note } from "./note.ts";
import type { Place } from "./place.ts";

/** So much, or so long, lies between the begins of two checkpoints. The next waits for the one before it: a crash costs twice that at most. */
const EVERY_BYTES = 4 << 20;
const EVERY_MS = 500;
const BLOCK = 1 << 20;

/** A link of that name, left in a shared folder, must not lead the bytes elsewhere. Windows has no such flag. */
const NOFOLLOW = constants.O_NOFOLLOW ?? 0;

/**
 * The bytes of a file that a note speaks of, as the start of a sha256; null when they are not what was written. Nothing behind the note's
 * last checkpoint is trusted: after a power loss a file may have its length but not yet its bytes. Nothing before it is trusted unseen
 * either: the file may have been cut, or written by something else.
 */
export async function verified(path: string, { bytes, sha256, whole }: Note, check: () => void): Promise<Hash | null> {
  const length = await stat(path).then(({ size }) => size, (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return -1;
    throw error;
  });
  if (whole ? length !== bytes : length < bytes) return null;
  const hash = await hashOf(path, bytes, check);
  return hash.copy().digest("hex") === sha256 ? hash : null;
}

/** Reads the first bytes of a file for their sha256, a block at a time. */
export async function hashOf(path: string, bytes: number, check: () => void): Promise<Hash> {
  const hash = createHash("sha256");
  if (bytes === 0) return hash;
  const handle = await open(path, "r");
  try {
    const block = new Uint8Array(Math.min(BLOCK, bytes));
    for (let at = 0; at < bytes;) {
      check();
      const { bytesRead } = await handle.read(block, 0, Math.min(block.length, bytes - at), at);
      if (bytesRead === 0) throw Object.assign(new Error(`${path} became shorter while it was read`), { code: "EIO" });
      hash.update(block.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return hash;
}

export class PartFile {
  /** Where the next byte goes: so many are written. */
  bytes: number;
  /** With those that wait. */
  taken: number;
  /** How many of them the last checkpoint is about. */
  #marked: number;
  #handle: FileHandle;
  #hash: Hash;
  #waiting: Uint8Array[] = [];
  #last = performance.now();

  private constructor(handle: FileHandle, hash: Hash, at: number) {
    this.#handle = handle;
    this.#hash = hash;
    this.bytes = this.taken = this.#marked = at;
  }

  /** The part, cut at `at`, whose bytes so far have gone into `hash`. */
  static async open({ part }: Place, hash: Hash, at: number): Promise<PartFile> {
    const create = at > 0 ? 0 : constants.O_CREAT;
    const handle = await open(part, constants.O_RDWR | create | NOFOLLOW, 0o666);
    try {
      await handle.truncate(at);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new PartFile(handle, hash, at);
  }

  /** Takes a chunk that is to be written with others, as each write costs a turn of another thread. */
  take(chunk: Uint8Array): void {
    this.#waiting.push(chunk);
    this.taken += chunk.length;
  }

  /** Enough waits for a write. */
  get full(): boolean {
    return this.taken - this.bytes >= BLOCK;
  }

  /** Writes what waits, and hashes it while the disk is at it; others may be taken meanwhile. */
  async write(): Promise<void> {
    for (const end = this.taken; this.bytes < end;) {
      const block = [...this.#waiting];
      const before = this.#hash.copy();
      const writing = this.#handle.writev(block, this.bytes);
      for (const chunk of block) this.#hash.update(chunk);
      let left = 0;
      try {
        left = (await writing).bytesWritten;
      } finally {
        this.bytes += left;
        let whole = 0;
        while (whole < block.length && left >= block[whole]!.length) left -= block[whole++]!.length;
        this.#waiting.splice(0, whole);
        // A nearly full disk takes a piece first, or none: the hash goes no further than the file.
        if (whole < block.length) {
          this.#hash = before;
          for (const chunk of block.slice(0, whole)) before.update(chunk);
          before.update(block[whole]!.subarray(0, left));
          this.#waiting[0] = block[whole]!.subarray(left);
        }
      }
    }
  }

  get due(): boolean {
    const news = this.taken - this.#marked;
    return news >= EVERY_BYTES || (news > 0 && performance.now() - this.#last >= EVERY_MS);
  }

  /** All that is written onto the disk; more may be written meanwhile. */
  async sync(): Promise<void> {
    this.#marked = this.bytes;
    this.#last = performance.now();
    await this.#handle.sync();
  }

  /** What has been written, as the disk has it now. */
  async length(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
