// The note beside a part: what its bytes are of, and how many of them are safely on the disk. No address and no key is in it.
import { open, readFile, rename, rm } from "node:fs/promises";
import { isLength, isOf, type Of } from "../saving.ts";
import { syncFolder } from "./disk.ts";
import type { Place } from "./place.ts";

export interface Note {
  v: 1;
  of: Of;
  /** Bytes that were on the disk, by fsync, when this was written. */
  bytes: number;
  /** Of those bytes. */
  sha256: string;
  /** They are all there is, and only the rename is left. */
  whole: boolean;
  total: number | null;
  validator: string | null;
  mediaType: string | null;
}

/** The note of an earlier run, or null where there is none of these bytes that can be read. */
export async function readNote({ note }: Place, of: Of): Promise<Note | null> {
  let text: string;
  try {
    text = await readFile(note, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const found = JSON.parse(text) as Note;
    const { v, bytes, sha256, whole, total, validator, mediaType } = found;
    const sound = v === 1 && isLength(bytes) && typeof sha256 === "string" && typeof whole === "boolean" && (total === null || isLength(total))
      && [validator, mediaType].every((value) => value === null || typeof value === "string");
    return sound && isOf(found.of, of) ? found : null;
  } catch {
    return null;
  }
}

/** Whole or not at all: a note cut short by a crash would cost the part. */
export async function writeNote({ note, folder }: Place, content: Note): Promise<void> {
  const next = `${note}.tmp`;
  try {
    const handle = await open(next, "w");
    try {
      await handle.writeFile(`${JSON.stringify(content)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, note);
  } catch (error) {
    await rm(next, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

export async function removeNote({ note }: Place): Promise<void> {
  await rm(`${note}.tmp`, { force: true });
  await rm(note, { force: true });
}
