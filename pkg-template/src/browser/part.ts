// The part: a folder with the bytes so far in pieces, and a note of them.
//
// What is written to a file counts from its close() on, and to open a file again for more makes the browser copy all of it. So each stretch of
// bytes is a file of its own, written once, and the whole is put together at the end: every byte is written twice, and none oftener.
import { together } from "../host.ts";
import { isLength, isOf, type Of } from "../saving.ts";
import type { Source } from "../download-source.ts";
import { fileIn, type Place } from "./place.ts";

/** So much, or so long, lies between two pieces: what a reload costs at most. */
const EVERY_BYTES = 8 << 20;
const EVERY_MS = 2_000;

const NOTE = "note.json";

/** The file that becomes the target by a move. */
const WHOLE = "whole";

interface Piece {
  bytes: number;
  sha256: string;
}

/** No address and no key is in it. */
interface Note {
  v: 1;
  of: Of;
  /** In their order; their files are called by their index. */
  pieces: Piece[];
  /** They are all there is. */
  whole: boolean;
  total: number | null;
  validator: string | null;
  mediaType: string | null;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Not in TypeScript's DOM: it is not in the standard yet. Firefox does not let it replace a file. */
type Movable = FileSystemFileHandle & { move?(folder: FileSystemDirectoryHandle, name: string): Promise<void> };

export class Part {
  /** What is kept: in pieces that the note knows. */
  safe: number;
  note: Note;
  #folder: FileSystemDirectoryHandle;
  #place: Place;
  #pending: Bytes[] = [];
  #bytes: number;
  /** When the oldest of what is pending came. */
  #since = 0;

  private constructor(folder: FileSystemDirectoryHandle, place: Place, note: Note) {
    this.#folder = folder;
    this.#place = place;
    this.note = note;
    this.safe = this.#bytes = sum(note.pieces);
  }

  /** What an earlier run has left of the same output, up to the first piece that is not as its note says. With `resume` false: nothing. */
  static async find(folder: FileSystemDirectoryHandle, place: Place, of: Of, resume: boolean, check: () => void): Promise<Part> {
    const none: Note = { v: 1, of, pieces: [], whole: false, total: null, validator: null, mediaType: null };
    const inside = resume && (await folder.getDirectoryHandle(place.part).catch(noneThere));
    const note = inside && (await readNote(inside, of));
    if (!inside || !note) return new Part(folder, place, none);
    const pieces: Piece[] = [];
    for (const [index, piece] of note.pieces.entries()) {
      check();
      if (!(await isSound(inside, String(index), piece))) break;
      pieces.push(piece);
    }
    return new Part(folder, place, { ...note, pieces, whole: note.whole && pieces.length === note.pieces.length });
  }

  /** Where the next byte goes. */
  get bytes(): number {
    return this.#bytes;
  }

  get due(): boolean {
    return this.#bytes - this.safe >= EVERY_BYTES || performance.now() - this.#since >= EVERY_MS;
  }

  /** Leaves what an earlier run had: the download began anew. */
  async empty(): Promise<void> {
    this.note = { ...this.note, pieces: [], whole: false };
    this.safe = this.#bytes = 0;
    await remove(this.#folder, this.#place.part);
  }

  add(chunk: Bytes): void {
    if (this.#pending.length === 0) this.#since = performance.now();
    this.#pending.push(chunk);
    this.#bytes += chunk.byteLength;
  }

  /** What came since the last time, as a piece that stays. */
  async keep({ total, validator, mediaType }: Source, whole = false): Promise<void> {
    const folder = await this.#folder.getDirectoryHandle(this.#place.part, { create: true });
    const pieces = [...this.note.pieces];
    const bytes = await together(this.#pending);
    if (bytes.byteLength > 0) {
      await write(await folder.getFileHandle(String(pieces.length), { create: true }), bytes);
      pieces.push({ bytes: bytes.byteLength, sha256: await sha256(bytes) });
    }
    const note = { ...this.note, pieces, whole, total, validator, mediaType: mediaType ?? this.note.mediaType };
    await write(await folder.getFileHandle(NOTE, { create: true }), JSON.stringify(note));
    this.note = note;
    this.#pending = [];
    this.safe = sum(pieces);
  }

  /**
   * Puts the pieces together at the target. A file that is there is replaced when it is closed, by the browser; where there is none, an empty one
   * would stand there until then, so what can be moved is written elsewhere first.
   */
  async finish(check: () => void): Promise<FileSystemFileHandle> {
    const { name, part } = this.#place;
    const inside = await this.#folder.getDirectoryHandle(part, { create: true });
    const there = await fileIn(this.#folder, name);
    const moves = !there && "move" in FileSystemFileHandle.prototype;
    const file: Movable = there ?? (await (moves ? inside : this.#folder).getFileHandle(moves ? WHOLE : name, { create: true }));
    try {
      await write(file, ...this.note.pieces.map((_, index) => async () => {
        check();
        return (await inside.getFileHandle(String(index))).getFile();
      }));
    } catch (error) {
      if (!there && !moves) await remove(this.#folder, name);
      throw error;
    }
    if (moves) await file.move!(this.#folder, name);
    // The note first: without it what is left of the pieces means nothing.
    await remove(inside, NOTE);
    await remove(this.#folder, part);
    return this.#folder.getFileHandle(name);
  }
}

const sum = (pieces: Piece[]) => pieces.reduce((bytes, piece) => bytes + piece.bytes, 0);

function noneThere(error: unknown): null {
  if ((error as Error).name === "NotFoundError") return null;
  throw error;
}

async function readNote(folder: FileSystemDirectoryHandle, of: Of): Promise<Note | null> {
  const file = await fileIn(folder, NOTE);
  if (!file) return null;
  const text = await (await file.getFile()).text();
  try {
    const note = JSON.parse(text) as Note;
    const { v, pieces, whole, total, validator, mediaType } = note;
    const sound = v === 1 && pieces.every(({ bytes, sha256 }) => isLength(bytes) && typeof sha256 === "string") && typeof whole === "boolean"
      && (total === null || isLength(total)) && [validator, mediaType].every((value) => value === null || typeof value === "string");
    return sound && isOf(note.of, of) ? note : null;
  } catch {
    return null;
  }
}

async function isSound(folder: FileSystemDirectoryHandle, name: string, { bytes, sha256: noted }: Piece): Promise<boolean> {
  const file = await (await fileIn(folder, name))?.getFile();
  return file?.size === bytes && (await sha256(await file.arrayBuffer())) === noted;
}

async function sha256(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

type Content = Bytes | string | (() => Promise<Blob>);

/** Chromium calls a full storage an abort now and then, which nobody asked for. So often it is asked again, until it says why. */
const AGAIN = 4;

/** All of it or nothing: what the file held stays until the end. */
async function write(file: FileSystemFileHandle, ...contents: Content[]): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const writable = await file.createWritable();
    try {
      for (const content of contents) await writable.write(typeof content === "function" ? await content() : content);
      return await writable.close();
    } catch (error) {
      await writable.abort().catch(() => {});
      if (tries === AGAIN || (error as Error | null)?.name !== "AbortError") throw error;
    }
  }
}

/** What is gone already is no trouble, nor is what the next run finds in its way. */
async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  await folder.removeEntry(name, { recursive: true }).catch(() => {});
}
