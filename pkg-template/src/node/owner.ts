// Which process holds a lock, and whether it still lives.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

export interface Owner {
  pid: number;
  /** When the process began, in the kernel's own count: a number that is used again has another. Null where none is to be had. */
  start: string | null;
  /** Where `pid` means something: this boot of this machine, and this container on it. Null where that cannot be told. */
  machine: string | null;
}

/** What the operating system knows about an owner. "unknown": another machine, or a system that does not say. */
export type Life = "alive" | "dead" | "unknown";

let self: Owner | undefined;

export function thisProcess(): Owner {
  return (self ??= { pid: process.pid, start: statOf(process.pid)?.start ?? null, machine: machine() });
}

export function lifeOf(owner: Owner): Life {
  const { machine } = thisProcess();
  if (!owner.machine || owner.machine !== machine) return "unknown";
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "dead";
    // EPERM: another user's, so there is one. Whatever else: Deno without leave to ask.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "unknown";
  }
  const stat = statOf(owner.pid);
  if (!stat || !owner.start) return "unknown";
  // A killed process stays in the table until its parent asks for it.
  return stat.start !== owner.start || /[ZX]/.test(stat.state) ? "dead" : "alive";
}

/** From Linux's /proc: the name of the program, in brackets, may hold anything, so what follows its last bracket is read. */
function statOf(pid: number): { state: string; start: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, start] = [fields[0], fields[19]];
    return state && start ? { state, start } : null;
  } catch {
    return null;
  }
}

function machine(): string | null {
  try {
    if (process.platform !== "linux") return hostname();
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
}
