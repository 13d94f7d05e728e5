import { createClient, isReelayError, ReelayError, type ErrorCode, type StepState, type Task, type TaskRef, type WaitOptions } from "reelay";
import { createClient as createSlim, preload, ReelayError as SlimError, type CoreSource } from "reelay/slim";

const client = createClient({ baseUrl: new URL("https://relay.example"), apiKey: async () => "key" });
const { signal } = new AbortController();

export async function use(stored: StepState | null): Promise<Task> {
  const options: WaitOptions = { signal, timeoutMs: null };
  const task = await client.wait("id", options);
  const ref: TaskRef = task.ref;
  const { state, delayMs } = await client.step(ref, stored);
  const seen: [StepState, number | null] = [state, delayMs];
  for await (const settled of client.all([ref])) if (!settled.ok) throw settled.error;
  const whole: Uint8Array = await client.download(task, { onProgress: ({ total }) => console.log(total ?? seen) }).bytes();
  return whole.length > 0 ? task : client.query(ref);
}

export function code(thrown: unknown): ErrorCode | null {
  return isReelayError(thrown) ? thrown.code : null;
}

// The same of both entries.
export const slim: typeof client = createSlim({ baseUrl: "https://relay.example" });
export const error: (error: SlimError) => ReelayError = (same) => same;
export const started = async (core: CoreSource) => [await preload(), await preload(core), await preload(fetch("/core.wasm"))];
// @ts-expect-error a core is no number
void preload(7);
