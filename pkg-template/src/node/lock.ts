// One writer for a target: a lock file, made exclusively, that tells who holds it.
//
// Node has no flock, so a lock outlives a `kill -9`, and must be known as a dead one. On Linux the kernel tells: no such process, or one
// that began at another time and only has the number. Where it cannot be told (another machine or container on a shared disk, other
// systems, Deno without leave to ask) the owner's heartbeat decides: it touches its lock every second, and a lock that lies still while it
// is watched has no owner any more. Watching needs no clocks that agree, and holds after a laptop has slept.
import { createHash, randomUUID } from "node:crypto";
import { closeSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { clearInterval, setInterval } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { lifeOf, thisProcess, type Owner } from "./owner.ts";

/** ms between two touches by the owner. */
const BEAT = 1_000;
/** A lock that lies still for so many ms, while it is watched, is nobody's. */
const STILL = 6_000;
/** ms between two looks. */
const LOOK = 250;
/** An owner writes its name right after it has made the file; without a name for so many ms, it died in between. */
const NAMELESS = 1_000;
const TRIES = 20;
/** Takers of a dead lock who die themselves leave one each. */
const DEEPEST = 4;

/** Somebody else holds it. */
export class Held {
  constructor(readonly owner: Owner | null) {}
}

export interface Lock {
  /** False once it was lost: deleted, or taken by a process that thought this one dead. */
  held(): boolean;
  release(): void;
}

interface Found {
  owner: Owner | null;
  touched: number;
  /** Names this very lock, whoever made it. */
  mark: string;
}

/** Rejects with `Held` while another writer lives, and does not wait for it: two that take turns would fetch the same video twice. `check` throws what ends the watching. */
export async function acquire(path: string, check: () => void): Promise<Lock> {
  const name = JSON.stringify({ ...thisProcess(), token: randomUUID() });
  await take(path, name, check, 0);
  const held = () => contentOf(path) === name;
  const beat = setInterval(() => {
    const now = new Date();
    if (held()) void utimes(path, now, now).catch(() => {});
  }, BEAT);
  beat.unref();
  return {
    held,
    release() {
      clearInterval(beat);
      if (held()) remove(path);
    },
  };
}

async function take(path: string, name: string, check: () => void, depth: number): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (create(path, name)) return;
    const found = look(path);
    if (!found) continue;
    const dead = depth < DEEPEST && (await isDead(path, found, check));
    // It was released while it was watched.
    if (!dead && !look(path)) continue;
    if (!dead) throw new Held(found.owner);
    // Whoever holds the right to replace this very lock, and finds it still there, replaces it: two that saw it dead cannot both.
    const right = `${path}-${found.mark}`;
    await take(right, name, check, depth + 1);
    if (look(path)?.mark === found.mark) return renameSync(right, path);
    remove(right);
  }
  throw new Held(look(path)?.owner ?? null);
}

/** Synchronous: nothing but a crash can come between the file and its content. */
function create(path: string, name: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(file, name);
  } catch (error) {
    remove(path);
    throw error;
  } finally {
    closeSync(file);
  }
  // A process stopped in between may have been taken for dead.
  return contentOf(path) === name;
}

async function isDead(path: string, found: Found, check: () => void): Promise<boolean> {
  const life = found.owner ? lifeOf(found.owner) : "unknown";
  if (life !== "unknown") return life === "dead";
  const until = performance.now() + (found.owner ? STILL : NAMELESS);
  while (performance.now() < until) {
    await sleep(LOOK);
    check();
    const now = look(path);
    if (now?.mark !== found.mark || now.touched !== found.touched) return false;
  }
  return true;
}

function look(path: string): Found | null {
  try {
    const { mtimeMs, ino } = statSync(path);
    const text = readFileSync(path, "utf8");
    const mark = createHash("sha256").update(text || `${ino} ${mtimeMs}`).digest("hex").slice(0, 12);
    return { owner: ownerIn(text), touched: mtimeMs, mark };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function ownerIn(text: string): Owner | null {
  try {
    const { pid, start, machine } = JSON.parse(text) as Owner;
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, start: start ?? null, machine: machine ?? null } : null;
  } catch {
    return null;
  }
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, or the next run finds it dead.
  }
}
