import assert from "node:assert/strict";
import { inEachBrowser } from "../lib/browsers/page.mjs";

const policy = (script) => ({ "content-security-policy": `default-src 'none'; script-src 'self'${script}; connect-src *` });
const refusal = { code: "wasm_unavailable", class: true, brand: true, hint: "Allow 'wasm-unsafe-eval' in script-src." };

/** With the time to install a browser. */
export const limitMs = 300_000;

export const { chromium, firefox, webkit } = inEachBrowser(async ({ page, relay, serve, folder }) => {
  const query = `?relay=${encodeURIComponent(relay.url)}`;

  await page.go(await serve(folder, policy("")) + query);
  assert.deepEqual(await page.until("globalThis.report"), { refused: [refusal, refusal], calls: null });
  // A host that starts no core asks nothing.
  assert.deepEqual(relay.requests, []);

  await page.go(await serve(folder, policy(" 'wasm-unsafe-eval'")) + query);
  const { refused, calls } = await page.until("globalThis.report");
  assert.deepEqual(refused, [null, null]);
  // The two queries by which the page tried.
  relay.requests.splice(0, relay.requests.findLastIndex(({ url }) => url.endsWith("/done")));
  relay.check(calls);
});
