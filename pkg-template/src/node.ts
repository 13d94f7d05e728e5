// `reelay/node`: a download into a file, for Node, Deno and Bun.
import { save as write } from "./node/save.ts";
import type { Download } from "./types.ts";

export interface SaveOptions {
  /** Default true: goes on behind the part of an earlier run. False: begins anew. */
  resume?: boolean;
  /** Ends the call at once; it rejects with `signal.reason` itself, and the part stays. */
  signal?: AbortSignal;
}

export interface Saved {
  /** The file, absolute. */
  path: string;
  bytes: number;
  /** Of the whole file, in hex. */
  sha256: string;
  mediaType: string | null;
  /** Bytes that an earlier run had; 0 when there were none, or when they could not be used. */
  resumedFrom: number;
}

/**
 * Writes `NAME.part` beside the target, and moves it there in one step once it is whole and on the disk. What stood there before is
 * replaced by that step and by nothing else. Run again after a crash, a full disk or an abort, it goes on where it was.
 *
 * Trouble with the disk, or another process that saves to the same path, is a ReelayError `download_incomplete` whose `bytes` says how
 * much is kept.
 */
export const save: (download: Download, path: string | URL, options?: SaveOptions) => Promise<Saved> = write;
