// The demo as a visitor meets it: its own server on a free port, and a real Chromium.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { presets } from "../../tools/presets.mjs";
import { serve } from "../../tools/serve.mjs";
import { findChromium } from "../../tools/setup-browser.mjs";

const folder = fileURLToPath(new URL("screenshots/", import.meta.url));
export const args = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export const presetCalled = (title) => presets.presets.find((preset) => preset.title === title);

export async function launch() {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("no Chromium: on Debian as root npm test installs one; CHROME_PATH names another");
  return chromium.launch({ executablePath, args });
}

/** The server, the browser, and `open(t, options, path)`: a page of a context of its own that ends with the test. */
export async function startDemo() {
  const server = await serve({ port: 0, log() {} });
  const browser = await launch();
  const origins = [server.url, server.cdnUrl];

  async function open(t, options = {}, path = "/") {
    const { context, page } = await openPage(t, browser, options);
    const strangers = [];
    context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^https?:$/.test(protocol) && !origins.includes(origin)) strangers.push(request.url());
    });
    Object.assign(page, { strangers });
    await page.goto(server.url + path);
    // The presets are the last thing that the page sets up.
    await page.locator("#presets").waitFor();
    return page;
  }

  return {
    server, browser, open,
    close: async () => void await Promise.all([browser.close(), server.close()]),
  };
}

/** A page that notes its errors: exceptions, refusals of its CSP, and what it failed to load outside the relay's own routes. */
export async function openPage(t, browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  await page.addInitScript(noteWhatIsSeen);
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => {
    // Chromium reports every 4xx and 5xx; those of the relay are what the page is there to show.
    const relayAnswer = message.text().startsWith("Failed to load resource") && /^(\/relay)?\/v1\//.test(new URL(message.location().url).pathname);
    if (["error", "warning"].includes(message.type()) && !relayAnswer) page.errors.push(`${message.text()} (${message.location().url})`);
  });
  return { context, page };
}

export async function shoot(page, name) {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

export const clickPreset = (page, title) => page.getByRole("region", { name: "Demo tasks" }).getByRole("button", { name: title }).click();

/** Puts a run of a preset beside those that are there. */
export const addPreset = (page, title) => page.locator("#presets li", { hasText: title }).getByRole("button", { name: "Add to the list" }).click();

/** Waits until the state under the film has read so: on a slow machine a state may be over before anyone looks. */
export const state = (page, word) => page.waitForFunction((wanted) => window.seen.some(({ state }) => state === wanted), word, { polling: 100 });

/** What was on the page whenever the state or the note under it changed. */
export const seen = (page) => page.evaluate(() => window.seen);

function noteWhatIsSeen() {
  window.seen = [];
  const text = (selector) => document.querySelector(selector).textContent;
  const note = () => window.seen.push({
    state: text("#state strong"), note: text("#note"), title: document.title, progress: document.querySelector("#progress").value,
  });
  addEventListener("DOMContentLoaded", () => {
    const observer = new MutationObserver(note);
    for (const selector of ["#state", "#note", "title"]) observer.observe(document.querySelector(selector), { childList: true, subtree: true });
  });
}
