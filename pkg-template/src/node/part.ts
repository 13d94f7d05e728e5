// The part: bytes on their way into the target.
import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import type { Left, Mark } from "./note.ts";
import type { Place } from "./place.ts";

/** So much, or so long, lies between two marks: a crash costs that, and what comes while the mark is made. */
const EVERY_BYTES = 4 << 20;
const EVERY_MS = 500;
/** No checkpoint sooner after the one before: each is three fsyncs, and keeps the disk from all else. */
const CHECKPOINT_MS = 250;
const BLOCK = 1 << 20;

/** A link of that name, left in a shared folder, must not lead the bytes elsewhere. Windows has no such flag. */
const NOFOLLOW = constants.O_NOFOLLOW ?? 0;

/** The bytes of a part that an earlier run left, as far as they can be relied on. */
export interface Verified {
  bytes: number;
  /** The start of their sha256, to go on with. */
  hash: Hash;
}

/**
 * The bytes of a file that a note speaks of, and those of the marks behind it as long as they fit; null when what the note speaks of is
 * not what was written. Nothing is trusted unseen: after a power loss a file may have its length but not yet its bytes, and it may have
 * been cut, or written by something else.
 */
export async function verified(path: string, { note, marks }: Left, check: () => void): Promise<Verified | null> {
  const length = await stat(path).then(({ size }) => size, (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return -1;
    throw error;
  });
  if (note.whole && length !== note.bytes) return null;
  let found: Verified | null = null;
  for (const { bytes, sha256 } of [note, ...marks]) {
    if (length < bytes || bytes < (found?.bytes ?? 0)) break;
    const hash = await hashOf(path, bytes, check, found ?? undefined);
    if (hash.copy().digest("hex") !== sha256) break;
    found = { bytes, hash };
  }
  return found;
}

/** Reads the first bytes of a file for their sha256, a block at a time; behind those that it is known of. */
export async function hashOf(path: string, bytes: number, check: () => void, known?: Verified): Promise<Hash> {
  const hash = known?.hash.copy() ?? createHash("sha256");
  let at = known?.bytes ?? 0;
  if (bytes === at) return hash;
  const handle = await open(path, "r");
  try {
    const block = new Uint8Array(Math.min(BLOCK, bytes - at));
    while (at < bytes) {
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
  /** How many of them the last mark is about. */
  #marked: number;
  #handle: FileHandle;
  #hash: Hash;
  #waiting: Uint8Array[] = [];
  #last = performance.now();
  #synced = -Infinity;

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

  /** A mark or a checkpoint is to be made. */
  get due(): boolean {
    const news = this.taken - this.#marked;
    return news >= EVERY_BYTES || (news > 0 && performance.now() - this.#last >= EVERY_MS);
  }

  /** The next checkpoint may begin. */
  get settled(): boolean {
    return performance.now() - this.#synced >= CHECKPOINT_MS;
  }

  /** A checkpoint that is still under way has taken so long that the disk does not keep up. */
  get behind(): boolean {
    return performance.now() - this.#synced >= EVERY_MS;
  }

  /** What is written, and its sha256. */
  mark(): Mark {
    this.#marked = this.bytes;
    this.#last = performance.now();
    return { bytes: this.bytes, sha256: this.#hash.copy().digest("hex") };
  }

  /** All that is written onto the disk; more may be written meanwhile. */
  async sync(): Promise<void> {
    this.#synced = performance.now();
    await this.#handle.sync();
  }

  /** What has been written, as the disk has it now. */
  async length(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
