// Where a save writes: the target, and the three files beside it while it is under way.
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ReelayError } from "#reelay";

export interface Place {
  target: string;
  folder: string;
  /** The bytes so far. */
  part: string;
  /** What they are of, and how many can be relied on. */
  note: string;
  lock: string;
}

export function placeOf(path: unknown): Place {
  const target = resolve(named(path));
  return { target, folder: dirname(target), part: `${target}.part`, note: `${target}.part.json`, lock: `${target}.part.lock` };
}

function named(path: unknown): string {
  const invalid = (message: string, cause?: unknown) => new ReelayError("invalid_argument", { message, cause });
  let text = path;
  if (path instanceof URL) {
    try {
      text = fileURLToPath(path);
    } catch (cause) {
      throw invalid("path must be a file: URL.", cause);
    }
  }
  if (typeof text !== "string" || text === "" || text.includes("\0")) throw invalid("path must be the name of a file, as text or as a file: URL.");
  if (/[/\\]$/.test(text) && (text.endsWith("/") || process.platform === "win32")) throw invalid("path names a folder: give the name of a file in it.");
  return text;
}

/** Better said now than after the whole video has come. */
export async function refuseFolder({ target }: Place): Promise<void> {
  const found = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (found?.isDirectory()) throw Object.assign(new Error(`EISDIR: ${target} is a folder`), { code: "EISDIR" });
}
