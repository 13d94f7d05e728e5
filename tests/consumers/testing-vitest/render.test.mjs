// How a user tests with Vitest and its fake timers.
import { access, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createClient, preload } from "reelay";
import { mockRelay } from "reelay/testing";
import { renderToFile } from "./render.mjs";

let folder;
beforeAll(async () => {
  await preload(); // the core starts in real time
  folder = await mkdtemp(join(tmpdir(), "render-"));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A relay and a client of it, in the time of Vitest. */
function relayFor(...created) {
  const relay = mockRelay({ format: "openai-videos", tasks: {}, created, tick: (ms) => vi.advanceTimersByTime(ms) });
  return { relay, client: createClient({ baseUrl: relay.baseUrl, format: "openai-videos", fetch: relay.fetch }) };
}

const error = { code: "moderation_blocked", message: "Blocked." };
const fails = [{ status: "running", forMs: 90_000 }, { status: "failed", error }];
const succeeds = [
  { status: "running", progress: [0, 1], forMs: 10 * 60_000 },
  { http: 503, retryAfter: 7 },
  { status: "running", forMs: 10 * 60_000 },
  { status: "succeeded", result: { place: "cdn", bytes: 300_000, faults: [{ cutAfter: 100_000 }] } },
];

test("in memory the timers are run forward as ever", async () => {
  const { relay, client } = relayFor(succeeds);
  const { ref } = await client.create({ model: "sora-2", prompt: "a lighthouse" });
  const bytes = client.download(ref, { wait: { timeoutMs: 40 * 60_000 } }).bytes();
  await vi.advanceTimersByTimeAsync(21 * 60_000);
  expect((await bytes).length).toBe(300_000);
  expect(relay.requests.at(-1).headers.range).toBe("bytes=100000-");
});

test("with files, the relay's clock runs until all is done", async () => {
  const { relay, client } = relayFor(fails, succeeds);
  const path = join(folder, "lighthouse.mp4");
  const { bytes } = await relay.clock.run(renderToFile(client, "a lighthouse", path));
  expect([bytes, (await stat(path)).size]).toEqual([300_000, 300_000]);
  expect(relay.requests.filter(({ method }) => method === "POST").map(({ body }) => body.prompt)).toEqual(["a lighthouse", "a lighthouse"]);
  expect(relay.requests.filter(({ status }) => status === 503)).toHaveLength(1);
});

test("a render that fails twice leaves no file", async () => {
  const { relay, client } = relayFor(fails);
  const path = join(folder, "refused.mp4");
  await expect(relay.clock.run(renderToFile(client, "something else", path))).rejects.toMatchObject({ code: "task_failed", server: error });
  expect(relay.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
  await expect(access(path)).rejects.toThrow("ENOENT");
});
