// reelay get --from FILE: many tasks. All are waited for at once, under the client's limits; --jobs of them are downloaded at a time.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "#reelay";
import { save } from "#reelay/node";
import { exit, Usage } from "./exit.ts";
import { folder, kept, told } from "./get.ts";
import { listed } from "./ids.ts";
import type { Run } from "./main.ts";
import { fileNameOf } from "./names.ts";
import { Progress } from "./progress.ts";
import { relayOf } from "./relay.ts";
import { waiting } from "./waiting.ts";

const JOBS = 3;

export async function many({ args, out, signal, failed, again }: Run, from: string): Promise<number> {
  const jobs = countOf(args.values.jobs);
  const ids = await listed(from, signal);
  const client = relayOf(args, out);
  const dir = folder(args.values.dir);
  const pathOf = (id: string) => join(dir, fileNameOf(id));
  // A target appears only whole, so what is there is done.
  const there = args.values.overwrite ? [] : ids.filter((id) => existsSync(pathOf(id)));
  const due = ids.filter((id) => !there.includes(id));
  for (const id of there) {
    out.event("skipped", { id, path: pathOf(id) });
    out.say(`${id}  is there already`);
  }
  const progress = new Map(due.map((id) => [id, new Progress(out, id, false)]));
  const count = { saved: 0, failed: 0 };
  let exitCode: number = exit.ok;
  const tally = () => out.line(`${count.saved + there.length} of ${ids.length} saved${count.failed ? `, ${count.failed} failed` : ""}`);
  const lost = (error: unknown, id: string, left?: string) => {
    // One Ctrl-C is told once, at the end.
    if (signal.aborted) return;
    count.failed++;
    exitCode = Math.max(exitCode, failed(error, { id, kept: left }));
  };
  async function fetch(id: string, task: Task): Promise<void> {
    try {
      told(out, id, await save(client.download(task, { onProgress: progress.get(id)!.bytes }), pathOf(id), { signal }));
      count.saved++;
    } catch (error) {
      lost(error, id, await kept(pathOf(id)));
    }
    tally();
  }

  const running = new Set<Promise<void>>();
  try {
    for await (const settled of client.all(due, { ...waiting(args), signal, onUpdate: (task) => progress.get(task.ref.id)?.status(task) })) {
      if (!settled.ok) {
        lost(settled.error, settled.ref.id);
        continue;
      }
      const job = fetch(settled.ref.id, settled.task).finally(() => running.delete(job));
      running.add(job);
      if (running.size >= jobs) await Promise.race(running);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await Promise.all(running);
  out.event("end", { saved: count.saved, skipped: there.length, failed: count.failed, missing: ids.length - there.length - count.saved });
  out.say(`${count.saved} saved, ${there.length} there already, ${ids.length - there.length - count.saved} missing`);
  if (signal.aborted) return failed(signal.reason);
  if (count.failed > 0 && !args.values.overwrite) out.say(`What was saved is passed over next time: ${again}`);
  return exitCode;
}

function countOf(text: string | undefined): number {
  if (text === undefined) return JOBS;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Usage("--jobs takes a whole number from 1 to 9999.");
  return Number(text);
}
