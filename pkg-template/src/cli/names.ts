// File names from task ids, which may hold anything.
import { createHash } from "node:crypto";

/** Longer names are cut; some file systems end at 143 bytes, and a save adds to the name. */
const LONGEST = 80;
/** Names that Windows keeps for devices, whatever follows the dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const mark = /-[0-9a-f]{10}$/;

/**
 * The same id always gives the same name, and two ids two names, on file systems that make no difference between A and a as well: an id
 * that is not safe as it stands gets a mark of its own.
 */
export function fileNameOf(id: string): string {
  const safe = id.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[.-]+/, "_").slice(0, LONGEST).replace(/\.+$/, "_");
  const plain = safe === id && safe !== "" && !/[A-Z]/.test(safe) && !device.test(safe) && !mark.test(safe);
  if (plain) return `${safe}.mp4`;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 10);
  return `${device.test(safe) ? "_" : ""}${safe || "task"}-${hash}.mp4`;
}
