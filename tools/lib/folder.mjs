// Folders that are either whole or not there.
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

/**
 * Fills `target` by `work(folder)` in a folder beside it and moves that into place in one rename, so that a set-up that
 * was cut short or runs twice at the same time never leaves half a folder under the final name.
 */
export async function fill(target, work) {
  const parent = dirname(target);
  const mark = `${basename(target)}.part-${hostname()}-`;
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (name.startsWith(mark) && !isRunning(Number(name.slice(mark.length)))) await rm(join(parent, name), { recursive: true, force: true });
  }
  const part = join(parent, mark + process.pid);
  await rm(part, { recursive: true, force: true });
  await mkdir(part);
  try {
    await work(part);
    await rename(part, target);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    // Another set-up was quicker: its folder serves as well.
    if (!(["ENOTEMPTY", "EEXIST"].includes(error.code) && existsSync(target))) throw error;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
