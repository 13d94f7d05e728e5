import { inEachBrowser } from "../lib/browsers/page.mjs";

export const { chromium, firefox, webkit } = inEachBrowser(async ({ page, relay, serve, folder }) => {
  await page.go(`${await serve(folder)}?relay=${encodeURIComponent(relay.url)}`);
  relay.check(await page.until("globalThis.report"));
});
