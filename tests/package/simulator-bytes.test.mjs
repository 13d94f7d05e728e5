// The relay simulator in memory: where the video is, its bytes, and what happens to them on the way.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { mockRelay } from "../../pkg/dist/testing.mjs";

const V1 = "https://relay.test/v1";
const CONTENT = `${V1}/videos/a/content`;
const done = (result) => ({ tasks: { a: [{ status: "succeeded", result }] } });
const bytesOf = async (response) => new Uint8Array(await response.arrayBuffer());
const statusOf = async (relay) => (await relay.fetch(`${V1}/videos/a`)).json();

test("/content tells to wait while the task is not done", async () => {
  const relay = mockRelay({ tasks: { a: [{ status: "running" }, { status: "failed" }, { status: "succeeded" }] } });
  const refused = async (word) => {
    const response = await relay.fetch(CONTENT);
    const message = `Task is not completed yet, current status: ${word}`;
    assert.deepEqual([response.status, await response.json()], [400, { error: { message, type: "invalid_request_error" } }]);
  };
  await refused("IN_PROGRESS");
  await statusOf(relay);
  await refused("IN_PROGRESS");
  await statusOf(relay);
  await refused("FAILURE");
  await statusOf(relay);
  assert.equal((await relay.fetch(CONTENT)).status, 200);
});

test("bytes: headers, HEAD, and an MP4 by its boxes", async () => {
  const relay = mockRelay(done({ bytes: 100_000 }));
  const response = await relay.fetch(CONTENT);
  const bytes = await bytesOf(response);
  assert.equal(response.status, 200);
  assert.equal(response.url, CONTENT);
  assert.deepEqual(
    ["content-type", "content-length", "accept-ranges"].map((name) => response.headers.get(name)),
    ["video/mp4", "100000", "bytes"],
  );
  assert.match(response.headers.get("etag"), /^"[^"]+"$/);
  assert.ok(Date.parse(response.headers.get("last-modified")) <= Date.now());
  assert.deepEqual(boxes(bytes), [
    ["ftyp", 32],
    ["mdat", 99_968],
  ]);
  const head = await relay.fetch(CONTENT, { method: "HEAD" });
  assert.deepEqual(
    [head.headers.get("content-length"), head.headers.get("etag"), (await bytesOf(head)).length],
    ["100000", response.headers.get("etag"), 0],
  );
});

test("given bytes, alone and padded", async () => {
  const video = await bytesOf(await mockRelay(done({ bytes: 5000 })).fetch(CONTENT));
  assert.deepEqual(await bytesOf(await mockRelay({ ...done(), video }).fetch(CONTENT)), video);
  const padded = await bytesOf(await mockRelay({ ...done({ bytes: 300_000 }), video }).fetch(CONTENT));
  assert.equal(padded.length, 300_000);
  assert.deepEqual(padded.subarray(0, 5000), video);
  assert.deepEqual(boxes(padded), [
    ["ftyp", 32],
    ["mdat", 4968],
    ["free", 295_000],
  ]);
});

test("variants are images", async () => {
  for (const variant of ["thumbnail", "spritesheet"]) {
    const response = await mockRelay(done()).fetch(`${CONTENT}?variant=${variant}`);
    assert.equal(response.headers.get("content-type"), "image/webp");
    assert.equal(new TextDecoder().decode((await bytesOf(response)).subarray(8, 12)), "WEBP");
  }
  const unknown = await mockRelay(done()).fetch(`${CONTENT}?variant=audio`);
  assert.deepEqual([unknown.status, (await unknown.json()).error.param], [400, "variant"]);
});

test("ranges give the same bytes as the whole", async () => {
  const relay = mockRelay(done({ bytes: 200_000 }));
  const get = (headers) => relay.fetch(CONTENT, { headers });
  const whole = await get({});
  const all = await bytesOf(whole);
  const etag = whole.headers.get("etag");
  const cases = {
    "bytes=0-99": [0, 100],
    "bytes=65530-65545": [65530, 65546],
    "bytes=131072-": [131_072, 200_000],
    "bytes=-7": [199_993, 200_000],
    "bytes=199990-999999": [199_990, 200_000],
    "bytes=20-40": [20, 41],
  };
  for (const [range, [from, to]] of Object.entries(cases)) {
    const part = await get({ range, "if-range": etag });
    assert.equal(part.status, 206, range);
    assert.equal(part.headers.get("content-range"), `bytes ${from}-${to - 1}/200000`);
    assert.equal(part.headers.get("content-length"), String(to - from));
    assert.deepEqual(await bytesOf(part), all.slice(from, to), range);
  }
  const beyond = await get({ range: "bytes=200000-" });
  assert.deepEqual([beyond.status, beyond.headers.get("content-range")], [416, "bytes */200000"]);
  assert.equal((await get({ range: "bytes=5-", "if-range": '"other"' })).status, 200);
  assert.equal((await get({ range: "bytes=5-", "if-range": whole.headers.get("last-modified") })).status, 206);
  for (const range of ["bytes=9-5", "bytes=-", "items=0-5", "bytes=0-1,5-6"]) assert.equal((await get({ range })).status, 200, range);
  assert.equal((await get({ "if-none-match": etag })).status, 304);
});

test("a long video is made as it is read", async () => {
  const relay = mockRelay(done({ bytes: 6_000_000_000 }));
  const part = await relay.fetch(CONTENT, { headers: { range: "bytes=5999999990-" } });
  assert.equal((await bytesOf(part)).length, 10);
  const { body } = await relay.fetch(CONTENT);
  const reader = body.getReader();
  assert.ok((await reader.read()).value.length <= 65536);
  await reader.cancel();
});

test("place relay: the relay's own address, which needs the key", async () => {
  const relay = mockRelay({ ...done({ place: "relay" }), apiKey: "k" });
  const { video_url } = await (await relay.fetch(`${V1}/videos/a`, { headers: { authorization: "Bearer k" } })).json();
  assert.equal(video_url, CONTENT);
  assert.equal((await relay.fetch(video_url)).status, 401);
  assert.equal((await relay.fetch(video_url, { headers: { authorization: "Bearer k" } })).status, 200);
});

test("place cdn: signed, refuses the key, expires, and is renewed", async () => {
  const relay = mockRelay({ clock: "manual", ...done({ place: "cdn", expiresMs: [1000, 60_000] }) });
  const { video_url } = await statusOf(relay);
  assert.equal(new URL(video_url).origin, relay.cdnUrl);
  assert.equal((await statusOf(relay)).video_url, video_url, "the same while it holds");
  const ok = await relay.fetch(video_url);
  assert.deepEqual([ok.status, ok.headers.get("content-type")], [200, "video/mp4"]);

  const leaked = await relay.fetch(video_url, { headers: { authorization: "Bearer k" } });
  assert.deepEqual([leaked.status, leaked.headers.get("content-type")], [403, "application/xml"]);
  assert.match(await leaked.text(), /^<\?xml .*<Code>AuthenticationFailed<\/Code>/);
  assert.equal(relay.requests.at(-1).key, true);

  assert.equal((await relay.fetch(video_url.replace("sig=", "sig=x"))).status, 403);
  await relay.clock.advance(1000);
  const expired = await relay.fetch(video_url);
  assert.equal(expired.status, 403);
  assert.match(await expired.text(), /Signature not valid in the specified time frame/);
  const renewed = (await statusOf(relay)).video_url;
  assert.notEqual(renewed, video_url);
  await relay.clock.advance(59_999);
  assert.equal((await relay.fetch(renewed)).status, 200);
});

test("place redirect: the key does not follow", async () => {
  const relay = mockRelay({ ...done({ place: "redirect" }), apiKey: "k" });
  const headers = { authorization: "Bearer k" };
  const followed = await relay.fetch(CONTENT, { headers });
  assert.deepEqual([followed.status, followed.redirected, new URL(followed.url).origin], [200, true, relay.cdnUrl]);
  assert.deepEqual(
    relay.requests.map(({ key }) => key),
    [true, false],
  );
  const manual = await relay.fetch(CONTENT, { headers, redirect: "manual" });
  assert.equal(manual.status, 302);
  assert.ok(manual.headers.get("location").startsWith(relay.cdnUrl));
  await assert.rejects(relay.fetch(CONTENT, { headers, redirect: "error" }), TypeError);
});

test("places json, base64, data and none", async () => {
  const json = await (await mockRelay(done({ place: "json" })).fetch(CONTENT)).json();
  assert.match(json.video_url, /^https:\/\/cdn\.relay\.test\/videos\/a\.mp4\?/);
  assert.deepEqual([json.id, json.status], ["a", "completed"]);

  const inline = await (await mockRelay(done({ place: "base64", bytes: 1000 })).fetch(CONTENT)).json();
  assert.equal(Buffer.from(inline.base64, "base64").length, 1000);
  assert.equal(inline.data_url, `data:video/mp4;base64,${inline.base64}`);

  assert.equal((await statusOf(mockRelay(done({ place: "data", bytes: 1000 })))).video_url, inline.data_url);

  const none = mockRelay(done({ place: "none" }));
  assert.equal((await statusOf(none)).video_url, undefined);
  assert.equal((await none.fetch(CONTENT)).status, 404);
});

test("a cut body ends in a TypeError after exactly so many bytes", async () => {
  const relay = mockRelay(done({ bytes: 200_000, faults: [{ cutAfter: 70_000 }, { cutAfter: 0 }] }));
  const first = await drain(await relay.fetch(CONTENT));
  assert.equal(first.length, 70_000);
  assert.ok(first.error instanceof TypeError);
  const none = await drain(await relay.fetch(CONTENT, { headers: { range: "bytes=70000-" } }));
  assert.equal(none.length, 0);
  assert.ok(none.error instanceof TypeError);
  const rest = await drain(await relay.fetch(CONTENT, { headers: { range: "bytes=70000-" } }));
  assert.deepEqual([rest.length, rest.error], [130_000, undefined], "after the list there is no fault");
});

test("a stalled body ends with the signal", async () => {
  const relay = mockRelay(done({ bytes: 200_000, faults: { stallAfter: 70_000 } }));
  const controller = new AbortController();
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 20);
  const { length, error } = await drain(await relay.fetch(CONTENT, { signal: controller.signal }));
  assert.equal(length, 70_000);
  assert.equal(error, reason);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
});

test("a slow body takes its time by the relay's clock", async () => {
  const relay = mockRelay({ clock: "manual", ...done({ bytes: 10_000, faults: { bytesPerSecond: 5000 } }) });
  const reading = drain(await relay.fetch(CONTENT));
  await relay.clock.advance(1999);
  assert.equal(await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 20, "slow"))]), "slow");
  await relay.clock.advance(1);
  assert.equal((await reading).length, 10_000);
});

test("lengths, types and tags that are not true", async () => {
  const faults = [
    { contentLength: 5 },
    { contentLength: null },
    { endAfter: 500 },
    { ignoreRange: true },
    { etag: '"new"' },
    { contentType: "application/octet-stream" },
  ];
  const relay = mockRelay(done({ bytes: 1000, faults }));
  const get = async () => {
    const response = await relay.fetch(CONTENT, { headers: { range: "bytes=100-" } });
    return { status: response.status, headers: response.headers, length: (await bytesOf(response)).length };
  };
  const told = await get();
  assert.deepEqual([told.headers.get("content-length"), told.length], ["5", 900]);
  assert.equal((await get()).headers.get("content-length"), null);
  const short = await get();
  assert.deepEqual([short.headers.get("content-length"), short.length], ["900", 500]);
  const whole = await get();
  assert.deepEqual([whole.status, whole.length, whole.headers.get("accept-ranges")], [200, 1000, null]);
  assert.equal((await get()).headers.get("etag"), '"new"');
  assert.equal((await get()).headers.get("content-type"), "application/octet-stream");
});

test("something else in place of the bytes", async () => {
  const faults = [
    { html: "<html>sorry</html>" },
    { body: { error: { message: "Missing Authentication header", code: 401 } } },
    { http: 502 },
    { http: 429, retryAfter: 1 },
    { reset: true },
  ];
  const relay = mockRelay(done({ faults }));
  const html = await relay.fetch(CONTENT);
  assert.deepEqual([html.status, await html.text()], [200, "<html>sorry</html>"]);
  const json = await relay.fetch(CONTENT);
  assert.deepEqual([json.status, (await json.json()).error.code], [200, 401]);
  const gateway = await relay.fetch(CONTENT);
  assert.deepEqual(
    [gateway.status, await gateway.json()],
    [502, { error: { message: "Upstream service returned status 502", type: "server_error" } }],
  );
  assert.equal((await relay.fetch(CONTENT)).headers.get("retry-after"), "1");
  await assert.rejects(relay.fetch(CONTENT), TypeError);
  assert.equal((await relay.fetch(CONTENT)).headers.get("content-type"), "video/mp4");
});

/** How many bytes came, and the error that ended them. */
async function drain(response) {
  let length = 0;
  try {
    for await (const chunk of response.body) length += chunk.length;
    return { length };
  } catch (error) {
    return { length, error };
  }
}

/** The type and size of each top-level box. */
function boxes(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const short = view.getUint32(at);
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    found.push([new TextDecoder().decode(bytes.subarray(at + 4, at + 8)), size]);
    at += size;
  }
  return found;
}
