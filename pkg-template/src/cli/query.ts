// reelay query ID: one request, one snapshot.
import { one } from "./ids.ts";
import type { Run } from "./main.ts";
import { exit } from "./exit.ts";
import { relayOf } from "./relay.ts";
import { described, plain } from "./words.ts";

export async function query({ args, out, signal }: Run): Promise<number> {
  const task = await relayOf(args, out).query(one(args), { signal });
  out.event("task", { task: plain(task) });
  out.result(described(task));
  return exit.ok;
}
