// Bodies that came another way: by a webhook, a queue, a log.
import { settled } from "./error.ts";
import { ready } from "./start.ts";
import type { ReadOptions, Task } from "./types.ts";

/** Reads a body, parsed or as text: same rules as query(), no request. Rejects like query() on error bodies. */
export async function readTask(body: unknown, options: ReadOptions & { id?: string } = {}): Promise<Task> {
  const core = await ready();
  return settled(() => core.read_task(body, options) as Task);
}

/** The same for a body that holds several tasks. */
export async function readTasks(body: unknown, options: ReadOptions = {}): Promise<Task[]> {
  const core = await ready();
  return settled(() => core.read_tasks(body, options) as Task[]);
}
