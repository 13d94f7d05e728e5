// What a browser says of its files, in the words of the one error class.
import { isReelayError, ReelayError, type TaskRef } from "#reelay";

/** What happened, and what to do before saving again, by the name of the DOMException. */
const causes: Record<string, readonly [what: string, todo: string]> = {
  QuotaExceededError: ["there is no room left", "Delete other files of this site, or make room on the disk"],
  NoModificationAllowedError: ["the file is in use elsewhere", "Close what has it open, another tab perhaps"],
  NotAllowedError: ["this page may not write here", "Allow it in the browser's settings for this site"],
  SecurityError: ["this page may not keep files", "Allow this site to store data, which a private window may not"],
  TypeMismatchError: ["a file is where a folder should be, or a folder where the file should be", "Choose another path"],
  NotFoundError: ["its files were removed meanwhile", "Leave NAME.part alone"],
};

/** An error of the browser's files, with what is kept of the download. */
export function trouble(cause: unknown, name: string, bytes: number, ref: TaskRef | null): unknown {
  if (isReelayError(cause)) return cause;
  if (!(cause instanceof DOMException)) return new ReelayError("internal", { message: `Saving ${name} broke.`, bytes, ref, cause });
  const [what, todo] = causes[cause.name] ?? [`the browser refused (${cause.name})`, "See the cause"];
  const [kept, on] = bytes > 0 ? [` ${bytes} bytes are kept.`, ", it goes on from there."] : ["", "."];
  return new ReelayError("download_incomplete", { message: `Cannot save ${name}: ${what}.${kept}`, hint: `${todo}, then save again${on}`, bytes, ref, cause });
}
