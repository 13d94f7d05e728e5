import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { setupWebKit } from "../../../tools/setup-webkit.mjs";
import { inEachBrowser, openPage } from "../lib/browsers/page.mjs";

/** Of a page that saves and is cut, and of the page after it, which goes on. */
function check({ relay }, [first, second]) {
  assert.deepEqual(first, { reason: "enough" });
  const { resumedFrom, sha256, ...rest } = second;
  assert.deepEqual(rest, {
    path: "videos/clip.mp4", bytes: relay.bytes, mediaType: "video/mp4", again: relay.bytes, names: ["clip.mp4"],
    links: [["a_clip.mp4", "blob:"]], linked: { bytes: relay.bytes, mediaType: "video/mp4" },
  });
  assert.equal(sha256, relay.sha256);
  assert.ok(resumedFrom >= 100_000, `${resumedFrom} bytes were gone on from`);
  const ranges = relay.requests.filter(({ method, url }) => method === "GET" && url.endsWith("/stalls/content")).map(({ headers }) => headers.range);
  assert.equal(ranges[1], `bytes=${resumedFrom}-`);
}

const address = (site, { url }, part) => `${site}?${new URLSearchParams({ relay: url, part })}`;

async function reportOf({ page, relay }, site, part) {
  await page.go(address(site, relay, part));
  return page.until(`globalThis.report?.[${part}]`);
}

export const { chromium, firefox } = inEachBrowser(async (consumer) => {
  const site = await consumer.serve(consumer.folder);
  check(consumer, [await reportOf(consumer, site, 1), await reportOf(consumer, site, 2)]);
});

/** What Safari 26 has, WebKitGTK has switched off; nothing but its own command line switches it on. */
export async function webkit({ folder, relay, serve, start, run, after, signal }) {
  const reports = [];
  const listener = createServer(async (request, response) => {
    reports.push(JSON.parse((await request.toArray()).join("")));
    response.writeHead(200, { "access-control-allow-origin": "*" }).end();
    listener.emit("report");
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  after(() => listener.close());
  const site = await serve(folder);
  const { browser, screen } = await setupWebKit();
  const [, display] = await start(screen, ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], /^(\d+)\n/);
  const features = "FileSystem,FileSystemWritableStream,AccessHandle,StorageAPI";
  const first = `${address(site, relay, 1)}&tell=${listener.address().port}`;
  const ended = run(browser, [`--features=${features}`, first], { env: { DISPLAY: `:${display}`, GDK_BACKEND: "x11", XDG_DATA_HOME: `${folder}/data`, XDG_CACHE_HOME: `${folder}/cache` } });
  while (reports.length < 2) await Promise.race([once(listener, "report", { signal }), ended.then(() => Promise.reject(new Error("the browser ended")))]);
  check({ relay }, reports);
}

export async function webkitAsItIs(consumer) {
  const page = await openPage("webkit", consumer);
  const { code, hint } = await reportOf({ ...consumer, page }, await consumer.serve(consumer.folder), 1);
  assert.equal(code, "invalid_argument");
  assert.match(hint, /elsewhere use saveAs\(\)/);
}
