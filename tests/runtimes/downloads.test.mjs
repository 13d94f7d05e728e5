// Real faults over real sockets, in Node, Deno and Bun: the same bytes in the end, or the same error.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { serve } from "../../pkg/dist/testing-node.mjs";
import { sha256, video } from "../package/lib/video.mjs";
import { run, runtimes } from "./lib/run.mjs";

const KEY = "sk-runtimes-very-secret-93";
const clip = video(300_000);
/** The same, an MP4 by its boxes. */
const film = Buffer.from(clip);
film.writeUInt32BE(film.length - 32, 32);
film.write("mdat", 36, "latin1");
const FILM = { bytes: film.length, sha256: sha256(film) };
const WHOLE = { bytes: clip.length, sha256: sha256(clip) };

/** A body that comes slowly, so that a runtime has passed on most of it when it breaks. */
const slowly = (fault) => ({ bytesPerSecond: 400_000, ...fault });
const broken = slowly({ cutAfter: 150_000 });
/** Bun asks again by itself on each connection that it has kept, so there must be enough. */
const always = (fault) => Array.from({ length: 500 }, () => fault);
const typed = (type, headers = {}) => ({ headers: { "content-type": type, ...headers } });
const packed = (encoding, bytes, faults, more = {}) => ({
  bytes,
  faults: faults.map((fault) => ({ headers: { "content-encoding": encoding, vary: "accept-encoding" }, ...more, ...fault })),
});

const failed = (code, more = {}) => ({ code, status: "succeeded", ...more });
const incomplete = failed("download_incomplete");

/** Every class by name: what happens to the bytes, what is asked for, and how it must end. */
const classes = {
  "nothing goes wrong": [{}, WHOLE],

  // Connections that break.
  "closed mid-body": [{ faults: [{ cutAfter: 120_000 }] }, WHOLE],
  "closed mid-body, slowly": [{ faults: [broken] }, { ...WHOLE, resumed: true }],
  "reset mid-body": [{ faults: [{ cutAfter: 120_000, cutBy: "reset" }] }, WHOLE],
  "reset mid-body, slowly": [{ faults: [slowly({ cutAfter: 150_000, cutBy: "reset" })] }, { ...WHOLE, resumed: true }],
  "half-closed mid-body": [{ faults: [slowly({ cutAfter: 150_000, cutBy: "half" })] }, { ...WHOLE, resumed: true }],
  "closed mid-body, without a length": [{ faults: [slowly({ cutAfter: 150_000, contentLength: null })] }, { ...WHOLE, resumed: true }],
  "reset mid-body, without a length": [
    { faults: [slowly({ cutAfter: 150_000, contentLength: null, cutBy: "reset" })] },
    { ...WHOLE, resumed: true },
  ],
  "half-closed mid-body, without a length": [
    { faults: [slowly({ cutAfter: 150_000, contentLength: null, cutBy: "half" })] },
    { ...WHOLE, resumed: true },
  ],
  "broken three times": [
    { faults: [broken, slowly({ cutAfter: 60_000, cutBy: "reset" }), slowly({ cutAfter: 30_000, cutBy: "half" })] },
    { ...WHOLE, resumed: true },
  ],
  "reset before the headers": [{ faults: [{ reset: true }] }, WHOLE],
  "closed before the headers": [{ faults: [{ reset: "close" }] }, WHOLE],
  "closed within the headers": [{ faults: [{ reset: "head" }] }, WHOLE],
  "reset before the headers, mid-download": [
    { faults: [broken, { reset: true }, { reset: "close" }, { reset: "head" }] },
    { ...WHOLE, resumed: true },
    { more: { retries: 6 } },
  ],
  "reset whenever asked": [{ faults: always({ reset: true }) }, failed("network", { bytes: 0, ref: true }), { more: { retries: 1 } }],
  "reset whenever asked to go on": [
    { faults: [broken, ...always({ reset: true })] },
    { ...incomplete, ref: true, delivered: true },
    { more: { retries: 2 } },
  ],

  // The three clocks.
  "headers that come byte by byte": [{ faults: [{ headMs: 300 }] }, WHOLE],
  "headers that never end": [{ faults: [{ headMs: 600_000 }] }, WHOLE, { more: { timeoutMs: 1000 } }],
  "headers that never come": [
    { faults: always({ delayMs: 600_000 }) },
    failed("timeout", { bytes: 0, ref: true }),
    { more: { timeoutMs: 300, retries: 0 } },
  ],
  "silence mid-body": [{ faults: [slowly({ stallAfter: 150_000 })] }, WHOLE, { idleTimeoutMs: 700 }],
  "silence before the first byte": [{ faults: [{ stallAfter: 0 }] }, WHOLE, { idleTimeoutMs: 700 }],
  "silence whenever asked": [
    { faults: always({ stallAfter: 0 }) },
    failed("download_incomplete", { bytes: 0, ref: true }),
    { idleTimeoutMs: 200, more: { retries: 1 } },
  ],
  "a body that trickles": [
    { bytes: video(8000), faults: [{ bytesPerSecond: 4000 }] },
    { bytes: 8000, sha256: sha256(video(8000)) },
    { idleTimeoutMs: 1500 },
  ],
  "pieces of one byte": [
    { bytes: video(1500), faults: [{ chunkBytes: 1 }] },
    { bytes: 1500, sha256: sha256(video(1500)) },
  ],
  "pieces of one byte, without a length, closed": [
    { bytes: video(1500), faults: [{ chunkBytes: 1, contentLength: null, cutAfter: 900 }] },
    { bytes: 1500, sha256: sha256(video(1500)) },
  ],
  "the caller's signal mid-body": [{ faults: always({ stallAfter: 100_000 }) }, { thrown: "enough" }, { abortMs: 400 }],
  "the caller's signal before the headers": [{ faults: always({ delayMs: 600_000 }) }, { thrown: "enough" }, { abortMs: 400 }],

  // Servers and their ranges.
  "Range not heeded": [{ faults: [broken, { ignoreRange: true }] }, WHOLE],
  "Range not heeded, without a length": [
    { faults: [slowly({ cutAfter: 150_000, contentLength: null }), { ignoreRange: true, contentLength: null }] },
    WHOLE,
  ],
  "an earlier part than asked for": [{ faults: [broken, { part: [1000, 299_999] }] }, WHOLE],
  "a later part than asked for": [{ faults: [broken, { part: [200_000, 299_999] }] }, WHOLE],
  "always a later part": [{ faults: always({ part: [200_000, 299_999] }) }, { ...incomplete, bytes: 0 }],
  "a part that ends early": [{ faults: [{ part: [0, 99_999] }, { part: [50_000, 199_999] }] }, WHOLE],
  "a part of another whole": [
    { faults: [broken, { part: [0, 299_999], headers: { "content-range": "bytes 0-299999/400000" } }] },
    { ...incomplete, delivered: true },
  ],
  "a part whose range cannot be read": [{ faults: [broken, { headers: { "content-range": "bytes 5-1/7" } }] }, WHOLE],
  "a part of a whole without length": [
    {
      faults: [
        slowly({ cutAfter: 150_000, contentLength: null }),
        { part: [0, 249_999], headers: { "content-range": "bytes 0-249999/*" } },
      ],
    },
    WHOLE,
  ],
  "a part that nobody asked for": [{ faults: [{ part: [0, 299_999] }] }, WHOLE],
  "several parts in an envelope": [{ faults: [broken, { part: [0, 299_999], contentType: "multipart/byteranges; boundary=x" }] }, WHOLE],
  "always an envelope": [
    { faults: always({ part: [0, 299_999], contentType: "multipart/byteranges; boundary=x" }) },
    { ...incomplete, bytes: 0 },
  ],
  "416 when asked to go on": [{ faults: [broken, { http: 416 }] }, WHOLE],
  "416 that tells the length": [{ faults: [broken, { http: 416, headers: { "content-range": "bytes */300000" } }] }, WHOLE],
  "another ETag when asked to go on": [{ faults: [broken, { etag: '"other"' }] }, { ...incomplete, delivered: true, ref: true }],
  "another date when asked to go on": [
    {
      faults: [
        slowly({ cutAfter: 150_000, headers: { etag: "" } }),
        { ignoreRange: true, headers: { etag: "", "last-modified": "Sat, 21 Nov 2026 10:00:00 GMT" } },
      ],
    },
    { ...incomplete, delivered: true },
  ],
  "a weak ETag": [{ faults: [slowly({ cutAfter: 150_000, headers: { etag: 'W/"1"' } }), { headers: { etag: 'W/"1"' } }] }, WHOLE],
  "another weak ETag when asked to go on": [
    { faults: [slowly({ cutAfter: 150_000, headers: { etag: 'W/"1"' } }), { ignoreRange: true, headers: { etag: 'W/"2"' } }] },
    { ...incomplete, delivered: true },
  ],

  // Lengths.
  "no length": [{ faults: [{ contentLength: null }] }, WHOLE],
  "a length that is too large": [{ faults: always({ contentLength: 400_000 }) }, { ...incomplete, delivered: true }],
  "a body that ends early": [{ faults: [slowly({ endAfter: 150_000, contentLength: 300_000 })] }, WHOLE],
  "an empty body": [{ faults: [{ endAfter: 0, contentLength: 0 }] }, WHOLE],
  "always an empty body": [{ faults: always({ endAfter: 0, contentLength: 0 }) }, { ...incomplete, bytes: 0 }, { more: { retries: 1 } }],

  "cut, and called whole": [
    { bytes: film, faults: [{ endAfter: 150_000, contentLength: null }] },
    { ...FILM, resumed: true },
  ],
  "cut, and called whole, by a server without ranges": [
    {
      bytes: film,
      faults: [
        { endAfter: 150_000, contentLength: null },
        { ignoreRange: true, contentLength: null },
      ],
    },
    FILM,
  ],
  "a length that is too small": [
    { bytes: film, faults: [{ contentLength: 100_000, endAfter: 100_000 }] },
    { ...incomplete, bytes: 100_000 },
  ],

  // Packed bodies.
  ...Object.fromEntries(
    Object.entries({ gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }).flatMap(([encoding, pack]) => {
      const bytes = pack(clip);
      const flat = Buffer.concat([clip.subarray(0, 20_000), Buffer.alloc(280_000, 7)]);
      const small = pack(flat);
      // Deno neither asks for deflate nor unpacks it: then it is known for what it is.
      const unpacked = (whole) => (encoding === "deflate" ? { ...whole, or: { deno: failed("not_a_video", { bytes: 0 }) } } : whole);
      return [
        [`${encoding}`, [packed(encoding, bytes, always({})), unpacked(WHOLE)]],
        [`${encoding}, without a length`, [packed(encoding, bytes, always({ contentLength: null })), unpacked(WHOLE)]],
        [
          `${encoding}, smaller than what is in it`,
          [packed(encoding, small, always({})), unpacked({ bytes: flat.length, sha256: sha256(flat) })],
        ],
        [`${encoding}, closed mid-body`, [packed(encoding, bytes, [broken, ...always({})]), unpacked(WHOLE)]],
        [
          `${encoding}, reset mid-body, without a length`,
          [packed(encoding, bytes, [slowly({ cutAfter: 150_000, cutBy: "reset", contentLength: null }), ...always({})]), unpacked(WHOLE)],
        ],
        [
          `${encoding} by its header only`,
          [
            packed(encoding, clip, always({})),
            { codes: ["download_incomplete", "network"], or: encoding === "deflate" ? { deno: WHOLE } : {} },
            { more: { retries: 1 }, idleTimeoutMs: 2000 },
          ],
        ],
        ...(encoding === "br" ? [] : [[`${encoding} that no header tells of`, [{ bytes: small }, failed("not_a_video", { bytes: 0 })]]]),
      ];
    }),
  ),

  // Addresses that run out.
  ...Object.fromEntries(
    [400, 401, 403, 404, 410].flatMap((http) => [
      [
        `${http} at first`,
        [
          { place: "cdn", faults: [{ http }] },
          { ...WHOLE, askedAgain: true },
        ],
      ],
      [
        `${http} mid-download`,
        [
          { place: "cdn", faults: [broken, { http }] },
          { ...WHOLE, askedAgain: true, resumed: true },
        ],
      ],
      [
        `${http} behind a redirect`,
        [
          { place: "redirect", faults: [broken, { http }] },
          { ...WHOLE, resumed: true },
        ],
      ],
    ]),
  ),
  "an address that expires": [
    { place: "cdn", expiresMs: [250, 3_600_000], faults: [broken] },
    { ...WHOLE, askedAgain: true, resumed: true },
  ],
  "addresses that expire one after the other": [
    { place: "cdn", expiresMs: [250, 250, 3_600_000], faults: [broken, slowly({ cutAfter: 60_000, bytesPerSecond: 150_000 })] },
    { ...WHOLE, resumed: true },
  ],
  "a redirect's goal that expires": [
    { place: "redirect", expiresMs: [250, 3_600_000], faults: [broken] },
    { ...WHOLE, resumed: true },
  ],
  "a goal in JSON that expires": [
    { place: "json", expiresMs: [250, 3_600_000], faults: [broken] },
    { ...WHOLE, resumed: true },
  ],
  "403 for good": [{ place: "cdn", faults: always({ http: 403 }) }, failed("rejected", { bytes: 0, ref: true, httpStatus: 403 })],
  "a fresh address with other bytes": [
    { place: "cdn", faults: [broken, { http: 403 }, { etag: '"other"' }] },
    { ...incomplete, delivered: true },
  ],

  // What is no video.
  ...Object.fromEntries(
    Object.entries({
      JSON: '{"error":{"message":"no"}}',
      "JSON behind a BOM and white space": '\ufeff \r\n\t [ {"a": 1} ]',
      HTML: "<!DOCTYPE html><html><body>sorry</body></html>",
      "HTML behind white space": "\n\n   <html lang=en>",
      XML: '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
      "XML behind a BOM": "\ufeff<Error><Code>NoSuchKey</Code></Error>",
    }).flatMap(([what, body]) =>
      ["video/mp4", "application/octet-stream"].flatMap((type) => [
        [`${what} as ${type}`, [{ faults: always({ body, ...typed(type) }) }, failed("not_a_video", { bytes: 0, ref: true })]],
        [
          `${what} as ${type}, byte by byte`,
          [{ faults: always({ body, chunkBytes: 1, ...typed(type) }) }, failed("not_a_video", { bytes: 0, ref: true })],
        ],
      ]),
    ),
  ),
  "a page at the address, the video behind the content path": [{ place: "cdn", faults: [{ html: "<html>" }] }, WHOLE],
  "a page as text/html": [{ faults: always({ html: "<html>gone</html>" }) }, failed("not_a_video", { bytes: 0 })],
  "no output": [{ place: "none" }, failed("no_output", { bytes: 0, ref: true })],

  // Bounds.
  "more than maxBytes by the header": [{}, failed("too_large", { ref: true }), { maxBytes: 1000 }],
  "more than maxBytes by count": [{ faults: always({ contentLength: null }) }, failed("too_large", { ref: true }), { maxBytes: 200_000 }],

  // Other places.
  "behind a redirect": [{ place: "redirect" }, WHOLE],
  "in base64": [
    { place: "base64", bytes: video(3000) },
    { bytes: 3000, sha256: sha256(video(3000)) },
  ],
  "in a data: address": [
    { place: "data", bytes: video(3000) },
    { bytes: 3000, sha256: sha256(video(3000)) },
  ],
};

const names = Object.keys(classes);
const idOf = (name) => `t${names.indexOf(name)}`;

/** All calls of one runtime against a relay of its own. */
async function begin(runtime) {
  const tasks = Object.fromEntries(
    names.map((name) => [idOf(name), [{ status: "succeeded", result: { bytes: clip, ...classes[name][0] } }]]),
  );
  const server = await serve({ format: "openai-videos", apiKey: KEY, tasks });
  const calls = Object.fromEntries(names.map((name) => [name, { call: "download", id: idOf(name), ...classes[name][2] }]));
  const client = { baseUrl: server.url, apiKey: KEY, format: "openai-videos", retries: 4, timeoutMs: 20_000, limits: { concurrent: 100 } };
  const ended = run(runtime, "calls", { client, calls }, { limitMs: 150_000 });
  return { server, ended };
}

// All three at once: most of the time is spent in pauses.
const begun = Object.fromEntries(Object.keys(runtimes).map((runtime) => [runtime, begin(runtime)]));

for (const runtime of Object.keys(runtimes)) {
  describe(`downloads in ${runtime}`, () => {
    let server;
    let outcomes;

    before(async () => {
      const { server: own, ended } = await begun[runtime];
      server = own;
      ({ outcomes } = await ended);
    });
    after(() => server?.close());

    for (const [name, [, wanted]] of Object.entries(classes)) {
      test(`${runtime}: ${name}`, () => {
        const outcome = outcomes[name];
        const told = JSON.stringify(outcome);
        const { resumed, askedAgain, delivered, ref, codes, ...fields } = wanted.or?.[runtime] ?? { ...wanted, or: undefined };
        delete fields.or;
        // Bun drops what it had when a socket breaks: then nothing was delivered, and any version may be read from its start.
        if (runtime === "bun" && delivered && (outcome.bytes === 0 || outcome.sha256)) {
          assert.ok(outcome.bytes === 0 || outcome.sha256 === WHOLE.sha256, told);
          return;
        }
        for (const [field, value] of Object.entries(fields)) assert.equal(outcome[field], value, `${field} in ${told}`);
        if (codes) assert.ok(codes.includes(outcome.code), told);
        if (resumed && runtime !== "bun") assert.ok(outcome.events.includes("resume true"), told);
        if (delivered) assert.ok(outcome.bytes > 0 && outcome.bytes <= clip.length, told);
        if (ref) assert.equal(outcome.ref, idOf(name));
        if (askedAgain) {
          const asked = server.requests.filter(({ url }) => url.endsWith(`/v1/videos/${idOf(name)}`));
          assert.ok(asked.length >= 2, `the task was asked for ${asked.length} times`);
        }
        assert.ok(!told.includes(KEY), "the key shows");
      });
    }

    test(`${runtime}: the second origin never sees the key`, () => {
      const foreign = server.requests.filter(({ url }) => url.startsWith(server.cdnUrl));
      assert.ok(foreign.length > 20);
      assert.deepEqual(
        foreign.filter(({ key }) => key),
        [],
      );
    });
  });
}
