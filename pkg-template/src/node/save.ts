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
import { addMark, type Left, type Mark, readNote, removeNote, writeNote } from "./note.ts";
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
  /** The write, the mark and the checkpoint that are under way. None rejects. */
  #writing: Promise<void> | undefined;
  #marking: Promise<void> | undefined;
  #noting: Promise<void> | undefined;
  /** The last step of a checkpoint, which puts a note in the place of the one before; undefined until there is one to be put. */
  #replacing: Promise<void> | undefined;
  /** What is marked behind the note. */
  #marks: Mark[] = [];
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
      const left = resume ? await readNote(this.#place, this.#of) : null;
      return (await this.#finished(left)) ?? (await this.#fill(left));
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
  async #finished(left: Left | null): Promise<Saved | null> {
    if (!left?.note.whole) return null;
    const { bytes, sha256, mediaType } = left.note;
    const inPart = await verified(this.#place.part, left, this.#check);
    if (!inPart && !(await verified(this.#place.target, left, this.#check))) return null;
    if (inPart) await this.#move();
    await removeNote(this.#place);
    return { path: this.#place.target, bytes, sha256, mediaType, resumedFrom: bytes };
  }

  async #fill(left: Left | null): Promise<Saved> {
    const found = left && (await verified(this.#place.part, left, this.#check));
    const had = this.#kept = found?.bytes ?? 0;
    const hash = found?.hash ?? createHash("sha256");
    this.#check();
    const source = this.#open(left && had > 0 ? { bytes: had, total: left.note.total, validator: left.note.validator } : null);
    // The download's own signal stays in force beside this one.
    const abort = () => source.close(this.#signal?.reason);
    this.#signal?.addEventListener("abort", abort, { once: true });
    try {
      const resumedFrom = await this.#pour(source, had, hash);
      return await this.#finish(source, source.mediaType ?? left?.note.mediaType ?? null, resumedFrom);
    } catch (error) {
      await this.#writing;
      await this.#marking;
      await this.#noting;
      // What has come stays for the next run. If that cannot be noted either, an earlier checkpoint holds, and the first error is told.
      await this.#file?.write().catch(() => {});
      if (this.#file) await this.#checkpoint(source, this.#file.mark()).catch(() => {});
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
      const due = !chunk || file.due;
      if (due || file.full) {
        await this.#writing;
        this.#writing = file.write().catch(stuck);
      }
      if (due) {
        await this.#writing;
        await this.#marking;
        // Until there is a note, nothing can be marked behind it.
        if (!chunk || !this.#replacing || file.behind) await this.#noting;
      }
      if (this.#trouble) throw this.#trouble.error;
      if (!chunk) return first;
      if (due) {
        const mark = file.mark();
        if (this.#replacing) this.#marking = this.#mark(mark).catch(stuck);
        if (!this.#noting && file.settled) {
          this.#noting = this.#checkpoint(source, mark).catch(stuck).finally(() => (this.#noting = undefined));
        }
      }
    }
  }

  /** All up to a mark onto the disk, and into a note that lasts. What is written meanwhile is not of it. */
  async #checkpoint(source: Source, mark: Mark): Promise<void> {
    await this.#file!.sync();
    await this.#marking;
    await (this.#replacing = this.#note(source, mark, false));
    this.#keep(mark);
  }

  /** Tells of what is written, for a next run if this process dies. */
  async #mark(mark: Mark): Promise<void> {
    this.#marks.push(mark);
    await this.#replacing;
    this.#own();
    await addMark(this.#place, mark);
    this.#keep(mark);
  }

  #keep({ bytes }: Mark): void {
    this.#kept = Math.max(this.#kept, bytes);
  }

  #note({ total, validator, mediaType }: Source, mark: Mark, whole: boolean): Promise<void> {
    this.#own();
    // Those that were made meanwhile come along.
    this.#marks = this.#marks.filter(({ bytes }) => bytes > mark.bytes);
    return writeNote(this.#place, { v: 1, of: this.#of, ...mark, whole, total, validator, mediaType }, this.#marks);
  }

  async #finish(source: Source, mediaType: string | null, resumedFrom: number): Promise<Saved> {
    const file = this.#file!;
    const mark = file.mark();
    const { bytes, sha256 } = mark;
    await file.sync();
    const length = await file.length();
    if (length !== bytes) throw new ReelayError("download_incomplete", { message: `Something else changed ${this.#place.part} to ${length} bytes.`, bytes: 0, ref: this.#ref });
    await this.#note(source, mark, true);
    this.#keep(mark);
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
