// What a user writes, and what the compiler must refuse. Compiled by types.test.mjs in a consumer's folder.
import {
  createClient,
  isReelayError,
  parseTaskRef,
  preload,
  readTask,
  readTasks,
  ReelayError,
  type Client,
  type Settled,
  type StepState,
  type Task,
  type TaskRef,
} from "reelay";
import { mockRelay, type MockRequest, type Step } from "reelay/testing";

const client: Client = createClient({
  baseUrl: new URL("https://relay.example"),
  apiKey: async () => "sk-test",
  onEvent: ({ type, at }) => console.log(type, at),
});

export async function use(sink: WritableStream<Uint8Array>): Promise<Task | null> {
  await preload();
  const { signal } = new AbortController();
  const task: Task = await client.wait("id", {
    signal,
    timeoutMs: null,
    poll: { minMs: 1 },
    onUpdate: ({ progress }) => console.log((progress ?? 0) * 100),
  });
  const ref: TaskRef = parseTaskRef(JSON.parse(JSON.stringify(task.ref)));
  for await (const { status } of client.watch(ref)) if (status === "failed") break;
  let state: StepState | null = null;
  const step = await client.step(ref, state);
  state = step.state;
  const delay: number | null = step.delayMs;
  for await (const settled of client.all([ref, "other"])) {
    const named: string = settled.ok ? settled.task.status : settled.error.code;
    console.log(named, delay);
  }
  const download = client.download(task, { variant: "thumbnail", onProgress: ({ bytes, total }) => console.log(bytes / (total ?? 1)) });
  const { bytes, mediaType }: { bytes: number; mediaType: string | null } = await download.pipeTo(sink);
  console.log(bytes, mediaType, (await download.blob({ maxBytes: 10 })).size, (await download.bytes()).byteLength);
  for await (const chunk of download.stream() as unknown as AsyncIterable<Uint8Array>) console.log(chunk.byteLength);
  try {
    return await readTask({}, { format: "auto", httpStatus: 200, id: "a", baseUrl: "https://relay.example" });
  } catch (error) {
    if (isReelayError(error) && error.code === "task_failed") return error.task;
    if (error instanceof ReelayError) console.log(error.seen?.["running"], error.toJSON());
    throw error;
  }
}

export const relay = mockRelay({ tasks: { a: [{ status: "succeeded" }] } });
const life = [{ status: "running", forMs: 1_000, progress: [0, 1] }, { status: "succeeded" }] satisfies Step[];
export const timed = mockRelay({ tasks: { a: life }, created: [life, [{ status: "failed" }]], tick: (ms) => console.log(ms) });
export const ran: Promise<Task> = timed.clock.run(client.wait("a"), { limitMs: 60_000 });
export const seen: MockRequest | undefined = timed.requests[0];
export const mocked = createClient({ baseUrl: relay.baseUrl, fetch: relay.fetch });
export const list: Promise<Task[]> = readTasks([]);

export async function make(file: Blob): Promise<Task> {
  const { ref } = await client.create({ model: "m", prompt: "p", images: [file, "https://x.example/a.png"], seconds: 5, extra: { seed: 7 } });
  const longer = await client.videos.extend({ video: ref, prompt: "p", seconds: 4 }, { signal: AbortSignal.timeout(1) });
  const { tasks, hasMore, lastId } = await client.videos.list({ limit: 10, order: "desc" });
  console.log(tasks.length, hasMore, lastId, (await client.videos.createCharacter({ name: "n", video: file })).createdAt);
  return client.videos.remix(longer, { prompt: "p" });
}

// @ts-expect-error a prompt is needed
client.create({ model: "m" });
// @ts-expect-error no such order
client.videos.list({ order: "up" });
// @ts-expect-error baseUrl is needed
createClient({});
// @ts-expect-error a format of no version
createClient({ baseUrl: "https://relay.example", format: "nope" });
// @ts-expect-error times are numbers
createClient({ baseUrl: "https://relay.example", timeoutMs: "30s" });
// @ts-expect-error a task is named by text or ref
client.query(7);
// @ts-expect-error a ref has three fields
client.query({ id: "a" });
// @ts-expect-error no such option
client.wait("a", { timeout: 5 });
// @ts-expect-error no such variant
client.download("a", { variant: "audio" });
// @ts-expect-error a snapshot may have no address
export const url: string = ({} as Task).videoUrl;
// @ts-expect-error only one of the two has a task
export const unchecked = (settled: Settled) => settled.task;
// @ts-expect-error a code of no version
export const code = (error: ReelayError) => error.code === "nope";
export function change(error: ReelayError): void {
  // @ts-expect-error what an error says stays as it is
  error.code = "auth";
}
