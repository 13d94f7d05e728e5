// A download's silence: the server's counts, the reader's does not. Time is moved by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, preload } from "../../pkg/dist/index.mjs";
import { sha256, video } from "./lib/video.mjs";

const PIECE = 20_000;
const IDLE = 30_000;
const clip = video(5 * PIECE);
const finished = { ref: { id: "a", format: "openai-videos", baseUrl: "https://relay.example" }, id: "a", status: "succeeded", outputs: [], raw: {} };

await preload();

/** A download whose relay says a piece each time `say` is called, and the ranges that it was asked for. */
function quiet(more = {}) {
  const ranges = [];
  let told = 0;
  let body;
  const fetch = async (_, { headers }) => {
    const range = new Headers(headers).get("range");
    ranges.push(range);
    const from = Number(/\d+/.exec(range)?.[0] ?? 0);
    told = from;
    const stream = new ReadableStream({ start: (controller) => void (body = controller) }, { highWaterMark: 0 });
    const tells = { "content-type": "video/mp4", etag: '"1"', "content-length": String(clip.length - from) };
    if (from) tells["content-range"] = `bytes ${from}-${clip.length - 1}/${clip.length}`;
    return new Response(stream, { status: from ? 206 : 200, headers: tells });
  };
  const say = () => {
    body.enqueue(new Uint8Array(clip.subarray(told, (told += PIECE))));
    if (told === clip.length) body.close();
  };
  const client = createClient({ baseUrl: "https://relay.example", format: "openai-videos", fetch, retries: 0, ...more });
  return { ranges, say, download: client.download(finished, { idleTimeoutMs: IDLE }) };
}

/** All that is not a timer has its turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

function assertSilent({ code, message }) {
  assert.equal(code, "download_incomplete");
  assert.match(message, /fell silent/);
}

/** What time is moved by: with Date, and where somebody's fake timers leave Date alone: then it all happens within a millisecond. */
for (const apis of [["setTimeout", "Date"], ["setTimeout"]]) {
  const whole = apis.includes("Date");

  test(`after idleTimeoutMs, and no sooner: ${apis}`, async (t) => {
    t.mock.timers.enable({ apis });
    if (!whole) t.mock.method(Date, "now", () => 1);
    const { ranges, say, download } = quiet();
    const reader = download.stream().getReader();
    const first = reader.read();
    await turn();
    t.mock.timers.tick(IDLE - 1);
    say();
    assert.equal((await first).value.length, PIECE);
    const ended = reader.read().catch((error) => error);
    await turn();
    t.mock.timers.tick(1);
    // Without Date nothing tells how much of it has passed already.
    if (whole) t.mock.timers.tick(IDLE - 2);
    await turn();
    assert.equal(await Promise.race([ended, turn()]), undefined, "not yet");
    t.mock.timers.tick(whole ? 1 : IDLE);
    assertSilent(await ended);
    assert.deepEqual(ranges, [null]);
  });
}

test("a reader that takes its time is no silence", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { ranges, say, download } = quiet();
  const reader = download.stream().getReader();
  const pieces = [];
  for (let piece = 0; piece < 5; piece += 1) {
    const read = reader.read();
    await turn();
    t.mock.timers.tick(IDLE / 2);
    say();
    pieces.push((await read).value);
    t.mock.timers.tick(3 * IDLE);
    await turn();
  }
  assert.equal((await reader.read()).done, true);
  assert.deepEqual([sha256(Buffer.concat(pieces)), ranges], [sha256(clip), [null]]);
});

test("a clock that is set back puts the end of a silence off by no more than its length", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1e12;
  t.mock.method(Date, "now", () => now);
  const { say, download } = quiet();
  const reader = download.stream().getReader();
  const first = reader.read();
  await turn();
  say();
  await first;
  now += 10;
  const ended = reader.read().catch((error) => error);
  await turn();
  now -= 1e9;
  t.mock.timers.tick(IDLE);
  t.mock.timers.tick(IDLE);
  assertSilent(await ended);
});

test("a body that fell silent is continued", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { ranges, say, download } = quiet({ retries: 1 });
  const bytes = download.bytes();
  await turn();
  say();
  await turn();
  t.mock.timers.tick(IDLE);
  while (ranges.length < 2) {
    await turn();
    t.mock.timers.tick(1000);
  }
  for (let piece = 0; piece < 4; piece += 1) {
    await turn();
    say();
  }
  assert.deepEqual([sha256(await bytes), ranges], [sha256(clip), [null, `bytes=${PIECE}-`]]);
});
