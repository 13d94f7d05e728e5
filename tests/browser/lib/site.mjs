// A site on localhost: the built package as plain ES modules, a page, and a relay on the same origin that the test answers for.
import { readFileSync } from "node:fs";
import { reply, relay } from "../../package/lib/relay.mjs";

const dist = new URL("../../../pkg/dist/", import.meta.url);
const html = `<!doctype html><html lang="en"><title>reelay</title><link rel="icon" href="data:,">
<script type="importmap">{"imports":{"reelay":"/pkg/index.mjs","reelay/browser":"/pkg/browser.mjs"}}</script>
<script type="module">
  import * as reelay from "reelay";
  import * as files from "reelay/browser";
  const relay = reelay.createClient({ baseUrl: location.origin, format: "openai-videos", retries: 1 });
  Object.assign(window, { ...reelay, ...files, relay, ready: true });
</script><body>`;
const script = { "content-type": "text/javascript", "cache-control": "no-store" };

/** `handler(exchange)` answers what is asked of the relay; `files` are further files of the site, by their path. `asked()` tells of the relay alone. */
export async function site(t, handler, files = {}) {
  const server = await relay(t, (exchange) => {
    const { path } = exchange;
    if (path === "/") return reply(200, { "content-type": "text/html" }, files["/"] ?? html);
    if (path in files) return reply(200, script, files[path]);
    if (path.startsWith("/pkg/")) return reply(200, script, readFileSync(new URL(path.slice(5), dist)));
    return handler(exchange);
  });
  const asked = () => server.requests.filter(({ path }) => path.startsWith("/v1/"));
  return { ...server, asked };
}

/** A tab of a context; what went wrong in it is in `errors`. */
export async function tab(context, url) {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !message.location().url.includes("/v1/")) page.errors.push(message.text());
  });
  await page.goto(url);
  await page.waitForFunction(() => window.ready);
  return page;
}

/** A context of its own, which ends with the test, and a tab in it. */
export async function open(t, browser, url, options = {}) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  return tab(context, url);
}
