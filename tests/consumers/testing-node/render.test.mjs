// How a user tests with node:test and its mock timers.
import assert from "node:assert/strict";
import { access, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createClient, preload } from "reelay";
import { mockRelay } from "reelay/testing";
import { renderToFile } from "./render.mjs";

let folder;
before(async () => {
  await preload(); // the core starts in real time
  folder = await mkdtemp(join(tmpdir(), "render-"));
});
after(() => rm(folder, { recursive: true }));

/** A relay and a client of it, in the time of node:test. */
function relayFor(t, ...created) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const relay = mockRelay({ format: "openai-videos", tasks: {}, created, tick: (ms) => t.mock.timers.tick(ms) });
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

test("a render of twenty minutes is saved, through a failure, a busy relay and a cut", async (t) => {
  const { relay, client } = relayFor(t, fails, succeeds);
  const path = join(folder, "lighthouse.mp4");
  const { bytes } = await relay.clock.run(renderToFile(client, "a lighthouse", path));
  assert.deepEqual([bytes, (await stat(path)).size], [300_000, 300_000]);
  const made = relay.requests.filter(({ method }) => method === "POST");
  assert.deepEqual(made.map(({ body }) => body.prompt), ["a lighthouse", "a lighthouse"]);
  assert.equal(relay.requests.filter(({ status }) => status === 503).length, 1);
  assert.equal(relay.requests.at(-1).headers.range, "bytes=100000-", "the download went on where it was cut");
});

test("a render that fails twice leaves no file", async (t) => {
  const { relay, client } = relayFor(t, fails);
  const path = join(folder, "refused.mp4");
  await assert.rejects(relay.clock.run(renderToFile(client, "something else", path)), { code: "task_failed", server: error });
  assert.equal(relay.requests.filter(({ method }) => method === "POST").length, 2);
  await assert.rejects(access(path), { code: "ENOENT" });
});
