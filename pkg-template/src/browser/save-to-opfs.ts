// A download into a file of the origin private file system, which survives a reload.
import { ReelayError, type TaskRef } from "#reelay";
import type { SavedToOPFS, SaveToOPFSOptions } from "../browser.ts";
import type { SourceOf } from "../download.ts";
import type { Source } from "../download-source.ts";
import { invalid, ofDownload, refOf, sourceFrom } from "../saving.ts";
import type { Download } from "../types.ts";
import { Part } from "./part.ts";
import { checkHost, folderOf, placeOf, type Place } from "./place.ts";
import { Stop } from "./stop.ts";
import { trouble } from "./trouble.ts";

/** ms that a lock is waited for: after a reload the page before may still be about to let go of it. */
const PATIENCE = 1_000;

export async function saveToOPFS(download: Download, path: string, options: SaveToOPFSOptions = {}): Promise<SavedToOPFS> {
  const { resume = true, signal } = options;
  const open = sourceFrom(download, "saveToOPFS", signal);
  if (typeof resume !== "boolean") throw invalid("resume must be true or false.");
  const place = placeOf(path);
  checkHost();
  const stop = new Stop(signal, open);
  try {
    return await locked(place, stop, refOf(open), () => new Saving(open, place, stop).run(resume));
  } finally {
    stop.end();
  }
}

/** One writer for a path, over all tabs and workers. The browser lets go of the lock of one that is gone. */
async function locked<T>({ path }: Place, stop: Stop, ref: TaskRef | null, work: () => Promise<T>): Promise<T> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new ReelayError("download_incomplete", {
    message: `Cannot save ${path}: another tab or worker is saving to it.`, hint: "Wait for it, or choose another path.", ref,
  })), PATIENCE);
  const abort = () => patience.abort(stop.signal.reason);
  stop.signal.addEventListener("abort", abort);
  if (stop.signal.aborted) abort();
  try {
    return await navigator.locks.request(`reelay:${path}`, { signal: patience.signal }, () => {
      clearTimeout(timer);
      return work();
    });
  } finally {
    clearTimeout(timer);
    stop.signal.removeEventListener("abort", abort);
  }
}

class Saving {
  #open: SourceOf;
  #place: Place;
  #stop: Stop;
  #ref: TaskRef | null;
  #part: Part | undefined;
  /** Whether what is thrown now comes from the browser's files, and not from the download. */
  #atFiles = true;

  constructor(open: SourceOf, place: Place, stop: Stop) {
    this.#open = open;
    this.#place = place;
    this.#stop = stop;
    this.#ref = refOf(open);
  }

  async run(resume: boolean): Promise<SavedToOPFS> {
    const check = () => this.#stop.signal.throwIfAborted();
    try {
      const part = this.#part = await Part.find(await folderOf(this.#place), this.#place, ofDownload(this.#open), resume, check);
      check();
      // After a run that had everything and ended before its last step nothing needs to be asked.
      const resumedFrom = part.note.whole ? part.bytes : await this.#fill(part);
      const handle = await part.finish(check);
      return { path: this.#place.path, handle, bytes: part.bytes, mediaType: part.note.mediaType, resumedFrom };
    } catch (error) {
      check();
      throw this.#atFiles ? trouble(error, this.#place.path, this.#part?.safe ?? 0, this.#ref) : error;
    }
  }

  /** All that is missing, as pieces. Gives where the first byte went. */
  async #fill(part: Part): Promise<number> {
    const { total, validator } = part.note;
    const source = this.#open(part.bytes > 0 ? { bytes: part.bytes, total, validator } : null);
    // The download's own signal stays in force beside this one.
    const abort = () => source.close(this.#stop.signal.reason);
    this.#stop.signal.addEventListener("abort", abort);
    try {
      const resumedFrom = await this.#pour(source, part);
      await part.keep(source, true);
      return resumedFrom;
    } catch (error) {
      // What has come stays for the next run. If that cannot be kept either, the first error is told.
      if (part.bytes > part.safe) await part.keep(source).catch(() => {});
      throw error;
    } finally {
      this.#stop.signal.removeEventListener("abort", abort);
      source.close();
    }
  }

  async #pour(source: Source, part: Part): Promise<number> {
    for (let first = -1; ;) {
      this.#atFiles = false;
      const chunk = await source.next();
      this.#atFiles = true;
      const at = source.bytes - (chunk?.byteLength ?? 0);
      if (first < 0) {
        first = at;
        if (at === 0) await part.empty();
      }
      if (!chunk) return first;
      if (at !== part.bytes) throw new ReelayError("internal", { message: `A chunk of byte ${at} came at byte ${part.bytes}.`, ref: this.#ref });
      part.add(chunk);
      if (part.due) await part.keep(source);
    }
  }
}
