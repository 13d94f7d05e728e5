// What a consumer built for browsers: served as it lies there, and opened in Chromium.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../../../tools/setup-browser.mjs";

const types = {
  ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm",
};

/** Serves the files of a folder, nothing else, on a free port. `headers` go with every answer. */
export async function serveFolder(folder, headers = {}) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://site").pathname);
    const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", ...headers });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** One Chromium for all consumers, started by the first that needs it. */
export function browser() {
  let launched;
  return {
    launch() {
      launched ??= chromium.launch({ executablePath: findChromium(), args });
      return launched;
    },
    close: async () => (await launched?.catch(() => null))?.close(),
  };
}

/** Opens a page of its own and waits for `globalThis.report`; any error of the page fails the consumer. */
export async function reportOfPage({ chromium, url, log, signal }) {
  const context = await (await chromium.launch()).newContext();
  const end = () => context.close().catch(() => {});
  signal.addEventListener("abort", end);
  try {
    const page = await context.newPage();
    const errors = [];
    page.on("console", (message) => log(`page: ${message.type()}: ${message.text()}`));
    const failed = new Promise((_, reject) => {
      page.on("pageerror", (error) => {
        errors.push(error);
        reject(new Error(`the page threw ${error.stack ?? error}`));
      });
    });
    failed.catch(() => {});
    await page.goto(url);
    const report = await Promise.race([page.waitForFunction(() => globalThis.report, null, { timeout: 0 }).then((handle) => handle.jsonValue()), failed]);
    if (errors.length > 0) throw errors[0];
    return report;
  } finally {
    await end();
    signal.removeEventListener("abort", end);
  }
}
