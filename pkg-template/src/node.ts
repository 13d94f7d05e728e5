// `reelay/node`: a download into a file, for Node, Deno and Bun.
import { save as write } from "./node/save.ts";
import type { Download } from "./types.ts";

/** How a download is saved. */
export interface SaveOptions {
  /**
   * Goes on behind the part of an earlier run; false begins anew.
   * @defaultValue true
   */
  resume?: boolean;
  /**
   * Ends the call at once; it rejects with `signal.reason` itself, and the part stays.
   * @defaultValue none
   */
  signal?: AbortSignal;
}

/** What {@link save} has written. */
export interface Saved {
  /** The file, absolute. */
  path: string;
  /** Bytes of the whole file. */
  bytes: number;
  /** Of the whole file, in hex. */
  sha256: string;
  /** As the server or the first bytes tell it; null where neither does. */
  mediaType: string | null;
  /** Bytes that an earlier run had; 0 when there were none, or when they could not be used. */
  resumedFrom: number;
}

/**
 * Writes `NAME.part` beside the target, and moves it there in one step once it is whole and on the disk. What stood there before is
 * replaced by that step and by nothing else. Run again after a crash, a full disk or an abort, it goes on where it was.
 *
 * @throws {@link ReelayError} `download_incomplete` for trouble with the disk too, and for another process that saves to the same path: `bytes`
 * says how much is kept; `invalid_argument`; and those of {@link Client.download}.
 * @example
 * ```ts
 * import { save } from "reelay/node";
 *
 * const { path, bytes, sha256 } = await save(relay.download("video_123"), "video.mp4");
 * console.log(path, bytes, sha256);
 * ```
 * @function
 */
export const save: (download: Download, path: string | URL, options?: SaveOptions) => Promise<Saved> = write;
