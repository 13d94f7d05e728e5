// A download into a file that survives a crash.
import { createHash, type Hash } from "node:crypto";
import { rename } from "node:fs/promises";
import { ReelayError, type TaskRef } from "#reelay";
import type { SourceOf } from "../download.ts";
import type { Source } from "../download-source.ts";
import type { Saved, SaveOptions } from "../node.ts";
import { invalid, ofDownload, refOf, sourceFrom, type Of } from "../saving.ts";
import type { Download } from "../types.ts";
import { diskError, syncFolder } from "./disk.ts";
import { acquire, Held, type Lock } from "./lock.ts";
import { readNote, removeNote, writeNote, type Note } from "./note.ts";
import { hashOf, PartFile, verified } from "./part.ts";
import { placeOf, refuseFolder, type Place } from "./place.ts";

export async function save(download: Download, path: string | URL, options: SaveOptions = {}): Promise<Saved> {
  const { resume = true, signal } = options;
  const open = sourceFrom(download, "save", signal);
  if (typeof resume !== "boolean") throw invalid("resume must be true or false.");
  return new Saving(open, placeOf(path), signal).run(resume);
}

class Saving {
  #open: SourceOf;
  #place: Place;
  #signal: AbortSignal | undefined;
  #of: Of;
  #ref: TaskRef | null;
  #lock: Lock | undefined;
  #file: PartFile | undefined;
  /** Bytes that a next run can go on from. */
  #kept = 0;
  /** The write and the checkpoint that are under way. Neither rejects. */
  #writing: Promise<void> | undefined;
  #noting: Promise<void> | undefined;
  /** What went wrong with one of them. */
  #trouble: { error: unknown } | undefined;
  /** Whether what is thrown now comes from the file system, and not from the download. */
  #atDisk = true;

  constructor(open: SourceOf, place: Place, signal: AbortSignal | undefined) {
    this.#open = open;
    this.#place = place;
    this.#signal = signal;
    this.#of = ofDownload(open);
    this.#ref = refOf(open);
  }

  async run(resume: boolean): Promise<Saved> {
    this.#check();
    try {
      await refuseFolder(this.#place);
      this.#lock = await acquire(this.#place.lock, this.#check);
      const note = resume ? await readNote(this.#place, this.#of) : null;
      return (await this.#finished(note)) ?? (await this.#fill(note));
    } catch (error) {
      this.#check();
      if (error instanceof Held) throw held(this.#place, error, this.#ref);
      throw this.#atDisk || this.#trouble ? diskError(error, this.#place.target, this.#kept, this.#ref) : error;
    } finally {
      this.#lock?.release();
    }
  }

  /** Throws the reason of a signal that has fired: the call's, or the download's. */
  #check = (): void => {
    for (const signal of [this.#signal, this.#open.options.signal]) signal?.throwIfAborted();
  };

  /** After a run that had everything and died around its last step: nothing needs to be asked. */
  async #finished(note: Note | null): Promise<Saved | null> {
    if (!note?.whole) return null;
    const { bytes, sha256, mediaType } = note;
    const inPart = await verified(this.#place.part, note, this.#check);
    if (!inPart && !(await verified(this.#place.target, note, this.#check))) return null;
    if (inPart) await this.#move();
    await removeNote(this.#place);
    return { path: this.#place.target, bytes, sha256, mediaType, resumedFrom: bytes };
  }

  async #fill(note: Note | null): Promise<Saved> {
    const found = note ? await verified(this.#place.part, note, this.#check) : null;
    const had = this.#kept = found && note ? note.bytes : 0;
    const hash = found ?? createHash("sha256");
    this.#check();
    const source = this.#open(had > 0 && note ? { bytes: had, total: note.total, validator: note.validator } : null);
    // The download's own signal stays in force beside this one.
    const abort = () => source.close(this.#signal?.reason);
    this.#signal?.addEventListener("abort", abort, { once: true });
    try {
      const resumedFrom = await this.#pour(source, had, hash);
      return await this.#finish(source, source.mediaType ?? note?.mediaType ?? null, resumedFrom);
    } catch (error) {
      await this.#writing;
      await this.#noting;
      // What has come stays for the next run. If that cannot be noted either, an earlier checkpoint holds, and the first error is told.
      await this.#file?.write().catch(() => {});
      if (this.#file) await this.#checkpoint(source).catch(() => {});
      throw this.#trouble ? this.#trouble.error : error;
    } finally {
      this.#signal?.removeEventListener("abort", abort);
      source.close();
      await this.#file?.close().catch(() => {});
    }
  }

  /** Every chunk to its place. What comes is read on while one write, and one checkpoint, wait for the disk. Gives where the first one went. */
  async #pour(source: Source, had: number, hash: Hash): Promise<number> {
    // Ends the read that is under way, with that error.
    const stuck = (error: unknown) => {
      this.#trouble ??= { error };
      source.close(error);
    };
    for (let first = -1; ;) {
      this.#atDisk = false;
      const chunk = await source.next();
      this.#atDisk = true;
      const at = source.bytes - (chunk?.byteLength ?? 0);
      if (first < 0) {
        first = at;
        // The note of another version may still stand: its sha256 does not fit these bytes.
        this.#kept = at;
        this.#file = await PartFile.open(this.#place, at === had ? hash : await hashOf(this.#place.part, at, this.#check), at);
      }
      const file = this.#file!;
      if (at !== file.taken) throw new ReelayError("internal", { message: `A chunk of byte ${at} came at byte ${file.taken}.`, ref: this.#ref });
      if (chunk) file.take(chunk);
      const noted = !chunk || file.due;
      if (noted || file.full) {
        await this.#writing;
        this.#writing = file.write().catch(stuck);
      }
      if (noted) {
        await this.#writing;
        await this.#noting;
      }
      if (this.#trouble) throw this.#trouble.error;
      if (!chunk) return first;
      if (noted) this.#noting = this.#checkpoint(source).catch(stuck);
    }
  }

  /** What is written meanwhile is not of it. */
  async #checkpoint(source: Source): Promise<void> {
    const file = this.#file!;
    const { bytes } = file;
    const sha256 = file.digest();
    await file.sync();
    await this.#note(source, bytes, sha256, false);
    this.#kept = bytes;
  }

  #note({ total, validator, mediaType }: Source, bytes: number, sha256: string, whole: boolean): Promise<void> {
    this.#own();
    return writeNote(this.#place, { v: 1, of: this.#of, bytes, sha256, whole, total, validator, mediaType });
  }

  async #finish(source: Source, mediaType: string | null, resumedFrom: number): Promise<Saved> {
    const file = this.#file!;
    const { bytes } = file;
    const sha256 = file.digest();
    await file.sync();
    const length = await file.length();
    if (length !== bytes) throw new ReelayError("download_incomplete", { message: `Something else changed ${this.#place.part} to ${length} bytes.`, bytes: 0, ref: this.#ref });
    await this.#note(source, bytes, sha256, true);
    this.#kept = bytes;
    await file.close();
    this.#file = undefined;
    this.#check();
    await this.#move();
    await removeNote(this.#place);
    return { path: this.#place.target, bytes, sha256, mediaType, resumedFrom };
  }

  async #move(): Promise<void> {
    this.#own();
    await rename(this.#place.part, this.#place.target);
    await syncFolder(this.#place.folder);
  }

  /** A process that slept through its own lock's end writes nothing more. */
  #own(): void {
    if (!this.#lock?.held()) throw held(this.#place, null, this.#ref);
  }
}

function held({ target, lock }: Place, by: Held | null, ref: TaskRef | null): ReelayError {
  const who = by?.owner ? `process ${by.owner.pid}` : "another process";
  return new ReelayError("download_incomplete", {
    message: by ? `Cannot save ${target}: ${who} is saving to it.` : `Cannot go on saving ${target}: its lock was taken over or removed.`,
    hint: `Wait for the other process, or choose another path. If there is none, remove ${lock}.`, ref,
  });
}
