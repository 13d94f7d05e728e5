// A download into a file that the user names: by the browser's dialog, else by a link.
import type { TaskRef } from "#reelay";
import type { SaveAsOptions, SavedAs } from "../browser.ts";
import type { SourceOf } from "../download.ts";
import type { Source } from "../download-source.ts";
import { invalid, refOf, sourceFrom } from "../saving.ts";
import type { Download } from "../types.ts";
import { fileNameOf, typeOf } from "./file-name.ts";
import { Stop } from "./stop.ts";
import { trouble } from "./trouble.ts";

/** What TypeScript's DOM does not have: Chromium's own. */
type Picker = (options: { suggestedName: string; types?: { accept: Record<string, string[]> }[] }) => Promise<FileSystemFileHandle>;
type Removable = FileSystemFileHandle & { remove?(): Promise<void> };

/** ms that a link's blob is kept: some browsers begin to read it only after a while. */
const KEPT = 60_000;

/** An async function runs as it is called up to its first await: the dialog is asked for in the caller's click. */
export async function saveAs(download: Download, name: string, { signal }: SaveAsOptions = {}): Promise<SavedAs> {
  const open = sourceFrom(download, "saveAs", signal);
  if (typeof name !== "string") throw invalid("name must be text.");
  if (typeof document !== "object") throw invalid("saveAs works in pages only.", "In a worker use saveToOPFS(), in Node save() of reelay/node.");
  const stop = new Stop(signal, open);
  try {
    stop.signal.throwIfAborted();
    const ending = ["thumbnail", "spritesheet"].includes(open.options.variant ?? "") ? "webp" : "mp4";
    const handle = await picked(fileNameOf(name, null, ending), stop);
    return await (handle ? intoFile(handle, open, stop) : byLink(name, ending, open, stop));
  } finally {
    stop.end();
  }
}

/** The file that the user chose; null where there is no dialog. */
async function picked(suggestedName: string, stop: Stop): Promise<Removable | null> {
  const pick = (globalThis as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  if (!pick) return null;
  const type = typeOf(suggestedName);
  const asked = pick({ suggestedName, ...type && { types: [{ accept: { [type]: [suggestedName.slice(suggestedName.lastIndexOf("."))] } }] } });
  try {
    return await stop.unless(asked);
  } catch (error) {
    if (stop.signal.aborted) void asked.then(discard, () => {});
    else if ((error as Error | null)?.name !== "AbortError") return null;
    throw error;
  }
}

async function intoFile(handle: Removable, open: SourceOf, stop: Stop): Promise<SavedAs> {
  const ref = refOf(open);
  let writable: FileSystemWritableFileStream | undefined;
  try {
    const file = writable = await filed(handle.createWritable(), handle.name, ref);
    const saved = await pour(open, stop, (chunk) => filed(file.write(chunk), handle.name, ref));
    await stop.unless(filed(file.close(), handle.name, ref));
    return saved;
  } catch (error) {
    await writable?.abort().catch(() => {});
    await discard(handle);
    throw error;
  }
}

/** An empty file is what the dialog leaves behind when nothing is written to it. */
async function discard(handle: Removable): Promise<void> {
  try {
    if ((await handle.getFile()).size === 0) await handle.remove?.();
  } catch {
    // Then it stays.
  }
}

async function filed<T>(work: Promise<T>, name: string, ref: TaskRef | null): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw trouble(error, name, 0, ref);
  }
}

async function byLink(name: string, ending: string, open: SourceOf, stop: Stop): Promise<SavedAs> {
  const chunks: Chunk[] = [];
  const saved = await pour(open, stop, async (chunk) => void chunks.push(chunk));
  const file = fileNameOf(name, saved.mediaType, ending);
  const url = URL.createObjectURL(new Blob(chunks, { type: saved.mediaType ?? typeOf(file) ?? "" }));
  Object.assign(document.createElement("a"), { href: url, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
  return saved;
}

type Chunk = NonNullable<Awaited<ReturnType<Source["next"]>>>;

async function pour(open: SourceOf, stop: Stop, write: (chunk: Chunk) => Promise<void>): Promise<SavedAs> {
  const source = open(null);
  const abort = () => source.close(stop.signal.reason);
  stop.signal.addEventListener("abort", abort);
  try {
    stop.signal.throwIfAborted();
    for (let chunk = await source.next(); chunk; chunk = await source.next()) await stop.unless(write(chunk));
    const { bytes, mediaType } = source;
    return { bytes, mediaType };
  } finally {
    stop.signal.removeEventListener("abort", abort);
    source.close();
  }
}
