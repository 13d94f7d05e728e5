// `reelay/browser`: a download into a file of the user's, or into one of the page's own.
import { saveAs as asFile } from "./browser/save-as.ts";
import { saveToOPFS as toOPFS } from "./browser/save-to-opfs.ts";
import type { Download } from "./types.ts";

/** How a download is saved to the user's disk. */
export interface SaveAsOptions {
  /**
   * Ends the call at once; it rejects with `signal.reason` itself, and nothing is kept. The download's own signal does the same.
   * @defaultValue none
   */
  signal?: AbortSignal;
}

/** What {@link saveAs} has saved. */
export interface SavedAs {
  /** Bytes of the file. */
  bytes: number;
  /** As the server tells it; null where it does not. */
  mediaType: string | null;
}

/**
 * Saves a download to where the user says: a dialog (File System Access) where the browser has one, into whose file the bytes are
 * streamed; else a link, which hands the whole to the browser's own downloads once it has come, and holds it in memory until then.
 *
 * Call it in a click's handler and before any `await`, as browsers show the dialog only then; called elsewhere, it takes the link. The task
 * need not be finished: the user is asked at once, and the download waits. For progress give the download `onProgress`.
 *
 * `name` is what the file is to be called. What no file name may hold is replaced by `_`; without an ending it gets that of the media type, in
 * the dialog `.mp4`, or `.webp` with `variant`.
 *
 * @throws The dialog's own `AbortError` when the user closes it; `signal.reason` after an abort; or a {@link ReelayError}:
 * `download_incomplete` where the file cannot be written, `invalid_argument` outside of a page, and those of {@link Client.download}. Nothing half
 * is kept; but Chromium empties a file that the user chooses to replace as soon as it is chosen.
 * @example
 * ```ts
 * import { saveAs } from "reelay/browser";
 *
 * document.querySelector("button")!.onclick = async () => {
 *   try {
 *     const { bytes } = await saveAs(relay.download("video_123"), "clip.mp4");
 *     console.log(bytes);
 *   } catch (error) {
 *     if ((error as Error).name !== "AbortError") throw error; // the user has thought better of it
 *   }
 * };
 * ```
 * @function
 */
export const saveAs: (download: Download, name: string, options?: SaveAsOptions) => Promise<SavedAs> = asFile;

/** How a download is saved into the site's own files. */
export interface SaveToOPFSOptions {
  /**
   * Goes on behind the part of an earlier run; false begins anew.
   * @defaultValue true
   */
  resume?: boolean;
  /**
   * Ends the call at once; it rejects with `signal.reason` itself, and the part stays. The download's own signal does the same.
   * @defaultValue none
   */
  signal?: AbortSignal;
}

/** What {@link saveToOPFS} has written. */
export interface SavedToOPFS {
  /** As it was given. */
  path: string;
  /** The file: `await handle.getFile()` gives what `URL.createObjectURL` takes. */
  handle: FileSystemFileHandle;
  /** Bytes of the whole file. */
  bytes: number;
  /** As the server tells it; null where it does not. */
  mediaType: string | null;
  /** Bytes that an earlier run had; 0 when there were none, or when they could not be used. */
  resumedFrom: number;
}

/**
 * Saves a download into the origin private file system (OPFS): files that only this site sees, and that outlast a reload. Run again after a
 * reload, a crash, a full disk or an abort, it goes on where it was.
 *
 * `path` names the file, behind folders that are made where they are missing. While it is under way the bytes stand in a folder `NAME.part`, in
 * pieces with their sha256 and a note of what they are of; no key and no address of a result is in it. A next run verifies them and asks for
 * the rest; another task, output or version begins anew. At most the last 2 seconds or 8 MiB are fetched again.
 *
 * Once it is whole it is copied to its place, and takes twice its room until then; what stood there before is replaced by that step and by
 * nothing else. There is no sha256 of the whole, as browsers make none bit by bit.
 *
 * It works in pages and workers, over https or on localhost, of Chrome 86, Firefox 111, Safari 26 and newer.
 *
 * @throws `signal.reason` after an abort, or a {@link ReelayError}: `download_incomplete`, whose `bytes` says how much is kept, where the storage is
 * full or refuses, or where another tab saves to the same path; `invalid_argument` for a path that cannot be, and where the browser has no
 * such files; and those of {@link Client.download}.
 * @example
 * ```ts
 * import { saveToOPFS } from "reelay/browser";
 *
 * const { handle, resumedFrom } = await saveToOPFS(relay.download("video_123"), "videos/clip.mp4");
 * document.querySelector("video")!.src = URL.createObjectURL(await handle.getFile());
 * console.log(resumedFrom);
 * ```
 * @function
 */
export const saveToOPFS: (download: Download, path: string, options?: SaveToOPFSOptions) => Promise<SavedToOPFS> = toOPFS;
