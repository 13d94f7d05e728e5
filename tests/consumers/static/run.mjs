import { inEachBrowser } from "../lib/browsers/page.mjs";

/** With the time to install a browser. */
export const limitMs = 300_000;

export const { chromium, firefox, webkit } = inEachBrowser(async ({ page, relay, serve, folder }) => {
  await page.go(`${await serve(folder)}?relay=${encodeURIComponent(relay.url)}`);
  relay.check(await page.until("globalThis.report"));
});
