// Bodies that came another way: by a webhook, a queue, a log.
import { flatten } from "./flatten.ts";
import { Giver, made, Turn } from "./give.ts";
import { copied } from "./named.ts";
import { ready } from "./start.ts";
import type { ReadOptions, Task } from "./types.ts";

/**
 * Reads a body that came another way (by a webhook, a queue, a log), parsed or as text: same rules as query(), no request. `id` is the task's,
 * where the body names another or none.
 *
 * @throws {@link ReelayError} as query() does: an error body gives the code that its `httpStatus` and its own code mean, anything that is no task
 * `unexpected_response`; `invalid_argument` for options, `wasm_unavailable`, `internal`.
 * @example
 * ```ts
 * const task = await readTask('{"id":"video_456","status":"completed"}', { baseUrl: "https://relay.example" });
 * console.log(task.status); // → succeeded
 * const bytes = await relay.download(task).bytes();
 * ```
 */
export async function readTask(body: unknown, options: ReadOptions & { id?: string } = {}): Promise<Task> {
  const core = await ready();
  const { raw, flat } = copied(() => parsed(body));
  const giver = new Giver(raw);
  // What is no JSON may be an event stream.
  made(core, giver, Turn.Read, 0, flatten(options) + flatten(flat === undefined) + (flat ?? flatten(raw)));
  return giver.given as Task;
}

/**
 * The same for a body that holds several tasks; one task is a list of one.
 *
 * @throws {@link ReelayError} as {@link readTask}.
 * @example
 * ```ts
 * const tasks = await readTasks({ data: [{ id: "video_123", status: "queued" }, { id: "video_456", status: "completed" }] });
 * console.log(tasks.map(({ status }) => status).join(" ")); // → queued succeeded
 * ```
 */
export async function readTasks(body: unknown, options: ReadOptions = {}): Promise<Task[]> {
  const core = await ready();
  const { raw, flat } = copied(() => parsed(body));
  const giver = new Giver();
  if (flat !== undefined && !((options.httpStatus ?? 200) >= 400)) made(core, giver, Turn.Path, 0, flat);
  if (!giver.keys) return [await readTask(body, options)];
  let items: any = raw;
  for (const key of giver.keys) items = items[key];
  return Promise.all((items as unknown[]).map((item) => readTask(item, options)));
}

/** A body and how the core reads it; text that is no JSON has no reading. */
function parsed(body: unknown): { raw: unknown; flat: string | undefined } {
  let raw = body;
  if (typeof body === "string") {
    try {
      raw = JSON.parse(body);
    } catch {
      return { raw: body, flat: undefined };
    }
  }
  return { raw, flat: flatten(raw) };
}
