// Where a save writes: the file's folder, and the names in it.
import { invalid } from "../saving.ts";

export interface Place {
  path: string;
  folders: string[];
  name: string;
  /** The folder of its pieces while it is under way. */
  part: string;
}

export function placeOf(path: unknown): Place {
  const names = typeof path === "string" ? path.split("/") : [""];
  const name = names.pop()!;
  if ([...names, name].some((one) => ["", ".", ".."].includes(one))) {
    throw invalid("path must name a file, such as videos/clip.mp4.", "It begins at the root of the site's own files: no / at its start or end, and no . or .. in it.");
  }
  return { path: path as string, folders: names, name, part: `${name}.part` };
}

/** Refuses a browser that lacks one of the three things that a save needs. */
export function checkHost(): void {
  const { navigator, FileSystemFileHandle } = globalThis as Partial<typeof globalThis>;
  if (navigator?.storage?.getDirectory && navigator.locks && FileSystemFileHandle && "createWritable" in FileSystemFileHandle.prototype) return;
  throw invalid(
    "There is no private file system here that can be written.",
    "It takes https or localhost, and Chrome 86, Firefox 111, Safari 26 or newer; elsewhere use saveAs() or download.blob(), in Node save() of reelay/node.",
  );
}

/** The folder, made where it is missing. Better said now than after the whole video has come: a name that cannot be, a folder in the file's place. */
export async function folderOf({ folders, name }: Place): Promise<FileSystemDirectoryHandle> {
  try {
    let folder = await navigator.storage.getDirectory();
    for (const one of folders) folder = await folder.getDirectoryHandle(one, { create: true });
    await fileIn(folder, name);
    return folder;
  } catch (cause) {
    if (cause instanceof TypeError) throw invalid("path has a name that this browser does not allow.", "Leave out \\ and control characters.", cause);
    throw cause;
  }
}

/** A file that is there; null where there is none. */
export async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<FileSystemFileHandle | null> {
  return folder.getFileHandle(name).catch((error: unknown) => {
    if ((error as Error).name === "NotFoundError") return null;
    throw error;
  });
}
