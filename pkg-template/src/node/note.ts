// The note beside a part: what its bytes are of, and how many of them are safely on the disk. No address and no key is in it.
//
// Its first line is on the disk as what it tells of is: a power loss costs what came after it. Lines behind it tell of bytes that the
// system has taken, at less than a tenth of the cost: they hold when the process dies, and after a power loss if their bytes say so.
import { appendFile, open, readFile, rename, rm } from "node:fs/promises";
import { isLength, isOf, type Of } from "../saving.ts";
import { syncFolder } from "./disk.ts";
import type { Place } from "./place.ts";

/** So many bytes are in the part, and their sha256. */
export interface Mark {
  bytes: number;
  sha256: string;
}

/** Its bytes were on the disk, by fsync, when it was written. */
export interface Note extends Mark {
  v: 1;
  of: Of;
  /** They are all there is, and only the rename is left. */
  whole: boolean;
  total: number | null;
  validator: string | null;
  mediaType: string | null;
}

/** What an earlier run left. */
export interface Left {
  note: Note;
  /** Behind it, each of more bytes than the one before. */
  marks: Mark[];
}

/** Null where there is no note of these bytes that can be read. */
export async function readNote({ note }: Place, of: Of): Promise<Left | null> {
  let text: string;
  try {
    text = await readFile(note, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const [first = null, ...rest] = text.split("\n").map(parsed<Note>);
  return isNote(first) && isOf(first.of, of) ? { note: first, marks: rest.filter(isMark) } : null;
}

function isNote(value: Partial<Note> | null): value is Note {
  if (!isMark(value)) return false;
  const { v, of, whole, total, validator, mediaType } = value as Partial<Note>;
  return v === 1 && !!of && typeof whole === "boolean" && (total === null || isLength(total))
    && [validator, mediaType].every((text) => text === null || typeof text === "string");
}

const isMark = (value: Partial<Mark> | null): value is Mark => isLength(value?.bytes) && typeof value?.sha256 === "string";

/** Null where it is none: a line may have been cut short. */
function parsed<T>(line: string): Partial<T> | null {
  try {
    return JSON.parse(line) as Partial<T> | null;
  } catch {
    return null;
  }
}

/** Whole or not at all: a note cut short by a crash would cost the part. */
export async function writeNote({ note, folder }: Place, content: Note, marks: Mark[]): Promise<void> {
  const next = `${note}.tmp`;
  try {
    const handle = await open(next, "w");
    try {
      await handle.writeFile([content, ...marks].map(line).join(""));
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

/** A line behind the note. */
export const addMark = ({ note }: Place, mark: Mark): Promise<void> => appendFile(note, line(mark));

const line = (content: Mark): string => `${JSON.stringify(content)}\n`;

export async function removeNote({ note }: Place): Promise<void> {
  await rm(`${note}.tmp`, { force: true });
  await rm(note, { force: true });
}
