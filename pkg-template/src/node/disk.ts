// Trouble with the disk, in the words of the one error class.
import { open } from "node:fs/promises";
import { isReelayError, ReelayError, type TaskRef } from "#reelay";

const again = "then save again, it goes on from there.";

/** What happened, and what to do, by the system's code. */
const causes: Record<string, readonly [what: string, todo: string]> = {
  ENOSPC: ["the disk is full", `Make room, ${again}`],
  EDQUOT: ["the disk quota is used up", `Make room, ${again}`],
  EFBIG: ["a file may not grow that large here", `Raise the limit on the size of files, or save to another file system, ${again}`],
  EACCES: ["permission is denied", `Allow this user to write the folder and the file, ${again}`],
  EPERM: ["permission is denied", `Allow this user to write the folder and the file, ${again}`],
  EROFS: ["the file system is read-only", "Save to another folder."],
  ENOENT: ["the folder does not exist", "Make the folder first, then save again."],
  ENOTDIR: ["a part of the path is a file and not a folder", "Save to another path."],
  EISDIR: ["there is a folder of that name", "Give the name of a file."],
  ELOOP: ["the part is a symbolic link, which is not followed", "Remove the link NAME.part, or save to another path."],
  ENAMETOOLONG: ["the name is too long", "Give a shorter name: up to 30 bytes are added to it while the download is under way."],
};

/** An error of the file system, with what is kept of the download. */
export function diskError(cause: unknown, target: string, bytes: number, ref: TaskRef | null): unknown {
  if (isReelayError(cause)) return cause;
  // Deno says so when it was started without --allow-read or --allow-write.
  const code = (cause as Error | null)?.name === "NotCapable" ? "EACCES" : (cause as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== "string") return new ReelayError("internal", { message: `Saving ${target} broke.`, bytes, ref, cause });
  const [what, todo] = causes[code] ?? [`the file system refused (${code})`, `See the cause, ${again}`];
  const kept = bytes > 0 ? ` ${bytes} bytes are kept in ${target}.part.` : "";
  return new ReelayError("download_incomplete", { message: `Cannot save ${target}: ${what}.${kept}`, hint: todo, bytes, ref, cause });
}

/** Makes a rename last over a power loss. Not every system opens folders: Windows refuses, and keeps its own journal. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EIO") throw error;
  }
}
