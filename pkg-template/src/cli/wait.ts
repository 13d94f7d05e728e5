// reelay wait ID: until the task is final.
import { one } from "./ids.ts";
import { exit } from "./exit.ts";
import type { Run } from "./main.ts";
import { Progress } from "./progress.ts";
import { relayOf } from "./relay.ts";
import { waiting } from "./waiting.ts";
import { described, plain } from "./words.ts";

export async function wait({ args, out, signal }: Run): Promise<number> {
  const id = one(args);
  const task = await relayOf(args, out).wait(id, { ...waiting(args), signal, onUpdate: new Progress(out, id, true).status });
  out.event("task", { task: plain(task) });
  out.result(described(task));
  return exit.ok;
}
