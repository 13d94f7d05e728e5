// Which tasks a command is about.
import { createReadStream } from "node:fs";
import type { Args } from "./args.ts";
import { Usage } from "./exit.ts";

export function one({ command, ids }: Args): string {
  const [id] = ids;
  if (!id || ids.length > 1) throw new Usage(`${command} takes one task id${id ? `, not ${ids.length}` : ""}.`);
  return id;
}

/** One id a line; empty lines and lines that begin with # are passed over, and what stands twice counts once. */
export async function listed(file: string, signal: AbortSignal): Promise<string[]> {
  let text = "";
  try {
    for await (const piece of createReadStream(file, { ...file === "-" ? { fd: 0 } : {}, encoding: "utf8", signal })) text += piece;
  } catch (error) {
    signal.throwIfAborted();
    throw new Usage(`--from cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).name}.`);
  }
  const ids = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (ids.length === 0) throw new Usage("--from names no task.");
  return [...new Set(ids)];
}
