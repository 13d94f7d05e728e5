// The relay that a consumer talks to: reelay/testing/node on real ports, which notes what was asked.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { serve } from "../../../pkg/dist/testing-node.mjs";

const video = new Uint8Array(200_000).map((_, index) => (index * 7919) >> 3);
// An MP4 by its first box.
video.set([0, 0, 0, 24, ...Buffer.from("ftypisom")]);

const expected = {
  status: "succeeded",
  bytes: video.length,
  sha256: createHash("sha256").update(video).digest("hex"),
  aborted: { wait: true, download: true },
  error: { code: "not_found", class: true, brand: true, hint: "string" },
};

/** What `calls` asks, in no particular order; the result of "done" is on the second origin, which must not see the key. */
const asked = ["relay /v1/videos/done", "cdn", "relay /v1/videos/running", "relay /v1/videos/stalls", "relay /v1/videos/stalls/content", "relay /v1/videos/missing"];

export async function startRelay() {
  const server = await serve({
    format: "openai-videos",
    apiKey: "consumer-key",
    video,
    tasks: {
      done: [{ status: "succeeded", result: { place: "cdn" } }],
      running: [{ status: "running" }],
      stalls: [{ status: "succeeded", result: { place: "content", faults: { stallAfter: 100_000 } } }],
    },
  });
  return {
    url: server.url,
    requests: server.requests,
    bytes: expected.bytes,
    sha256: expected.sha256,
    close: () => server.close(),
    /** Holds a report of `calls` and what the relay saw against what must be; forgets what it saw, for a next report. */
    check(report) {
      assert.deepEqual(report, expected);
      // Preflights are the browser's own.
      const seen = server.requests.splice(0).filter(({ method }) => method !== "OPTIONS");
      const foreign = seen.filter(({ url }) => url.startsWith(server.cdnUrl));
      assert.deepEqual(
        seen.map((request) => (foreign.includes(request) ? "cdn" : `relay ${new URL(request.url).pathname}`)).sort(),
        [...asked].sort(),
      );
      for (const request of seen) assert.equal(request.key, !foreign.includes(request), `the key, at ${request.url}`);
    },
  };
}
