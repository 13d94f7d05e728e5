// reelay get ID: waits, then saves. With --from the same for many.
import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "#reelay";
import { save } from "#reelay/node";
import type { Saved } from "../node.ts";
import { exit, Usage } from "./exit.ts";
import { one } from "./ids.ts";
import type { Run } from "./main.ts";
import { many } from "./many.ts";
import { fileNameOf } from "./names.ts";
import type { Out } from "./out.ts";
import { Progress } from "./progress.ts";
import { relayOf } from "./relay.ts";
import { waiting } from "./waiting.ts";
import { size } from "./words.ts";

export async function get(run: Run): Promise<number> {
  const { args, out, signal, failed } = run;
  const { from, output, dir, jobs } = args.values;
  if (output !== undefined && dir !== undefined) throw new Usage("get takes -o or --dir, not both.");
  if (from !== undefined) {
    if (args.ids.length > 0) throw new Usage("get takes an id or --from, not both.");
    if (output !== undefined) throw new Usage("-o is for one task: with --from give --dir.");
    return many(run, from);
  }
  if (jobs !== undefined) throw new Usage("--jobs is for --from.");
  const id = one(args);
  const client: Client = relayOf(args, out);
  const path = output ?? join(folder(dir), fileNameOf(id));
  const progress = new Progress(out, id, true);
  // By its id: what a run before has whole on the disk is then finished without a question to the relay.
  const download = client.download(id, { wait: { ...waiting(args), onUpdate: progress.status }, onProgress: progress.bytes });
  try {
    told(out, id, await save(download, path, { signal }));
    return exit.ok;
  } catch (error) {
    return failed(error, { id, kept: await kept(path) });
  }
}

/** The folder of --dir, made if it is not there. */
export function folder(dir = "."): string {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw new Usage(`--dir cannot be made: ${(error as NodeJS.ErrnoException).code ?? (error as Error).name}.`);
  }
  return dir;
}

export function told(out: Out, id: string, saved: Saved): void {
  const { path, bytes, sha256, resumedFrom } = saved;
  out.event("saved", { id, ...saved });
  out.result(`${path}  ${size(bytes)}  sha256 ${sha256}${resumedFrom > 0 ? `  (continued from ${size(resumedFrom)})` : ""}`);
}

/** What is left of a download that did not come to its end: as much as the next run can go on behind. */
export async function kept(path: string): Promise<string | undefined> {
  try {
    const { bytes } = JSON.parse(await readFile(`${path}.part.json`, "utf8")) as { bytes: number };
    return bytes > 0 ? `${path}.part, ${size(bytes)}` : undefined;
  } catch {
    return undefined;
  }
}
