// How a user tests with Deno.test and the mock timers that Deno has in node:test.
import assert from "node:assert/strict";
import { mock } from "node:test";
import { type Client, createClient, preload } from "reelay";
import { type MockRelay, mockRelay, type Step } from "reelay/testing";
import { renderToFile } from "./render.ts";

await preload(); // the core starts in real time
const folder = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Gives a test a relay and a client of it, in a time of their own. */
function inFakeTime(created: Step[][], test: (relay: MockRelay, client: Client) => Promise<void>) {
  return async () => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    try {
      const relay = mockRelay({ format: "openai-videos", tasks: {}, created, tick: (ms) => mock.timers.tick(ms) });
      await test(relay, createClient({ baseUrl: relay.baseUrl, format: "openai-videos", fetch: relay.fetch }));
    } finally {
      mock.timers.reset();
    }
  };
}

const error = { code: "moderation_blocked", message: "Blocked." };
const fails: Step[] = [{ status: "running", forMs: 90_000 }, { status: "failed", error }];
const succeeds: Step[] = [
  { status: "running", progress: [0, 1], forMs: 10 * 60_000 },
  { http: 503, retryAfter: 7 },
  { status: "running", forMs: 10 * 60_000 },
  { status: "succeeded", result: { place: "cdn", bytes: 300_000, faults: [{ cutAfter: 100_000 }] } },
];

Deno.test("a render of twenty minutes is saved, through a failure, a busy relay and a cut", inFakeTime([fails, succeeds], async (relay, client) => {
  const path = `${folder}/lighthouse.mp4`;
  const { bytes } = await relay.clock.run(renderToFile(client, "a lighthouse", path));
  assert.deepEqual([bytes, (await Deno.stat(path)).size], [300_000, 300_000]);
  const made = relay.requests.filter(({ method }) => method === "POST");
  assert.deepEqual(made.map(({ body }) => (body as { prompt: string }).prompt), ["a lighthouse", "a lighthouse"]);
  assert.equal(relay.requests.filter(({ status }) => status === 503).length, 1);
  assert.equal(relay.requests.at(-1)?.headers.range, "bytes=100000-", "the download went on where it was cut");
}));

Deno.test("a render that fails twice leaves no file", inFakeTime([fails], async (relay, client) => {
  const path = `${folder}/refused.mp4`;
  await assert.rejects(relay.clock.run(renderToFile(client, "something else", path)), { code: "task_failed", server: error });
  assert.equal(relay.requests.filter(({ method }) => method === "POST").length, 2);
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
}));
