import assert from "node:assert/strict";
import { join } from "node:path";
import { presets } from "../../../tools/presets.mjs";
import { serve } from "../../../tools/serve.mjs";
import { inEachBrowser } from "../lib/browsers/page.mjs";

const notes = `(() => {
  globalThis.noted = { errors: [], states: [] };
  addEventListener("error", ({ message }) => noted.errors.push(message));
  addEventListener("unhandledrejection", ({ reason }) => noted.errors.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => noted.errors.push(violatedDirective + " " + blockedURI));
  const state = document.querySelector("#state strong");
  new MutationObserver(() => noted.states.push(state.textContent)).observe(state, { childList: true, characterData: true, subtree: true });
})()`;

const film = `(({ src, videoWidth, videoHeight, currentTime }) => ({ memory: src.startsWith("blob:"), videoWidth, videoHeight, plays: currentTime > 0 }))(document.querySelector("video"))`;

/** With the time to install a browser. */
export const limitMs = 300_000;

export const { chromium, firefox, webkit } = inEachBrowser(async ({ page, folder, after }) => {
  const demo = await serve({ port: 0, pkg: join(folder, "node_modules/reelay"), log() {} });
  after(() => demo.close());
  await page.go(`${demo.url}/`);
  assert.ok(await page.ask(`document.createElement("video").canPlayType('video/mp4; codecs="avc1.4d401e"')`), "this browser has no decoder for H.264");
  await page.ask(notes);
  // The bytes behind /content, then those on another origin.
  for (const title of ["Quick clip", "The result on another origin"]) {
    assert.ok(presets.presets.some((preset) => preset.title === title), title);
    await page.until(`document.querySelector("#presets button") !== null`);
    await page.click(`//*[@id="presets"]//button[b[.="${title}"]]`);
    // The last film's is gone once the state is another's.
    await page.until(`document.querySelector("video").hidden`);
    await page.until(`(({ error, currentTime }) => error || currentTime > 0)(document.querySelector("video")) || !document.querySelector("#problem").hidden`);
    assert.equal(await page.ask(`document.querySelector("#problem").textContent`), "");
    assert.deepEqual(await page.ask(film), { memory: true, videoWidth: 640, videoHeight: 360, plays: true });
    const { errors, states } = await page.ask("noted");
    assert.deepEqual(errors, []);
    assert.ok(states.includes("Running"), String(states));
    assert.equal(states.at(-1), "Succeeded");
  }
  const strange = demo.requests.filter(({ url, key }) => url.startsWith(demo.cdnUrl) && key);
  assert.deepEqual(strange, [], "the key, on another origin");
});
