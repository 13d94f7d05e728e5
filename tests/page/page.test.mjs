// How the page meets its readers: by keyboard, by screen reader, on a phone, in the dark, at rest, on any server.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { formats } from "../../pkg/dist/index.mjs";
import { at } from "../../tools/lib/paths.mjs";
import { clickPreset, openPage, presetCalled, shoot, startDemo, state } from "./demo.mjs";
import { namelessControls, paleTexts } from "./readable.mjs";

let demo;
before(async () => { demo = await startDemo(); });
after(() => demo.close());

const folds = ["Polls as a table", "The relay's answer", "Events"];
const openFolds = async (page) => { for (const fold of folds) await page.locator("summary", { hasText: fold }).click(); };
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  // A radio button's ring is around its word.
  const { outlineStyle, outlineWidth } = getComputedStyle(element.type === "radio" ? element.nextElementSibling : element);
  return { id: element.id, text: element.ariaLabel ?? element.textContent.trim(), ring: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
});

async function assertReadable(page, when) {
  assert.deepEqual(await namelessControls(page), [], `controls without a name, ${when}`);
  assert.deepEqual(await paleTexts(page), [], `text of too little contrast, ${when}`);
}

describe("the page", { concurrency: 5 }, () => {
  it("is used by keyboard alone", async (t) => {
    const page = await demo.open(t);
    const tab = async () => {
      await page.keyboard.press("Tab");
      const now = await focused(page);
      assert.ok(now.ring, `no visible focus on ${now.id || now.text}`);
      return now;
    };
    assert.equal((await tab()).text, "Skip to the task form");
    assert.equal((await tab()).text, "Run a demo task");
    const order = [];
    for (const id of ["via-direct", "base", "key", "reveal", "id", "format", "prefix"]) {
      order.push((await tab()).id);
      if (id === "reveal") await page.keyboard.press("Space");
      if (id === "id") await page.keyboard.type(`${presetCalled("Quick clip").id}~keys`);
      if (id === "format") await page.keyboard.type("openai");
    }
    assert.deepEqual(order, ["via-direct", "base", "key", "reveal", "id", "format", "prefix"]);
    assert.equal(await page.getByLabel("Key", { exact: true }).getAttribute("type"), "text");
    assert.equal((await tab()).text, "Timing");
    await shoot(page, "light-keyboard");
    assert.equal((await tab()).text, "Watch");
    assert.equal((await tab()).text, "Copy as code");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.locator("#cancel").focus();
    const { searchParams } = new URL(page.url());
    assert.deepEqual([searchParams.get("id"), searchParams.get("format")], [`${presetCalled("Quick clip").id}~keys`, "openai-videos"]);

    // The button that has the focus goes away when the task is done, and hands it over.
    await state(page, "Succeeded");
    assert.equal((await focused(page)).id, "save");
    // While the film is fetched, that can be cancelled by the next key.
    await page.locator("video").waitFor();
    assert.equal((await tab()).text, "Polls as a table");
    await page.keyboard.press("Enter");
    assert.equal((await tab()).text, "Polls");
    assert.match((await tab()).text, /^The relay's answer/);
    assert.match((await tab()).text, /^Events/);
    assert.equal((await tab()).id, "via-direct");
    assert.deepEqual(page.errors, []);
  });

  it("offers every format of the package", async (t) => {
    const page = await demo.open(t);
    const offered = await page.getByLabel("Format").locator("option").evaluateAll((options) => options.map(({ value }) => value));
    assert.deepEqual(offered, ["auto", ...formats]);
    assert.ok(formats.length >= 15);
  });

  it("leads past the film to the form", async (t) => {
    const page = await demo.open(t);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal((await focused(page)).id, "via-direct");
  });

  it("asks for what is missing before it asks the relay", async (t) => {
    const page = await demo.open(t);
    const before = demo.server.requests.length;
    await page.getByRole("button", { name: "Watch" }).click();
    assert.equal((await focused(page)).id, "id");
    await page.getByLabel("Task id").fill("x");
    await page.locator("summary", { hasText: "Timing" }).click();
    await page.getByLabel("Shortest pause between polls, in seconds").fill("");
    await page.locator("summary", { hasText: "Timing" }).click();
    await page.getByRole("button", { name: "Watch" }).click();
    assert.equal((await focused(page)).id, "poll-min");
    await page.getByLabel("Base URL").fill("ftp://relay.example");
    await page.getByLabel("Shortest pause between polls, in seconds").fill("1");
    await page.getByRole("button", { name: "Watch" }).click();
    assert.equal(await page.locator("#problem .code").textContent(), "invalid_argument");
    assert.equal(demo.server.requests.filter(({ url }) => url.endsWith("/x")).length, 0);
    assert.ok(demo.server.requests.length >= before);
    assert.deepEqual(page.errors, []);
  });

  for (const colorScheme of ["light", "dark"]) {
    it(`names every control and has contrast, ${colorScheme}`, async (t) => {
      const page = await demo.open(t, { colorScheme, reducedMotion: "reduce" });
      await assertReadable(page, "empty");
      await shoot(page, `${colorScheme}-empty`);
      await clickPreset(page, "The result on another origin");
      await openFolds(page);
      await page.locator("summary", { hasText: "Timing" }).click();
      await state(page, "Running");
      await assertReadable(page, "running");
      await page.locator("video").waitFor();
      await assertReadable(page, "done");
      await shoot(page, `${colorScheme}-done`);
      await clickPreset(page, "Too late");
      await state(page, "Expired");
      await assertReadable(page, "expired");
      await shoot(page, `${colorScheme}-expired`);
      assert.deepEqual(page.errors, []);
    });
  }

  it("tells a screen reader the state in steps of ten percent", async (t) => {
    const page = await demo.open(t);
    await page.evaluate(() => {
      window.told = [];
      const status = document.querySelector("#spoken");
      new MutationObserver(() => window.told.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
    });
    await clickPreset(page, "Quick clip");
    await page.locator("video").waitFor();
    const told = await page.evaluate(() => window.told);
    assert.equal(told[0], "Asking");
    assert.equal(told.at(-1), "Succeeded, the video is ready");
    assert.ok(told.includes("Queued") && told.some((text) => /^Running, [1-9]0 percent$/.test(text)), String(told));
    assert.ok(told.length <= 12, String(told));
  });

  it("fits a phone", async (t) => {
    const page = await demo.open(t, { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
    const fits = async (when) => {
      const wide = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 1 && right > 360.5 && !element.closest("svg, .edge, .scroll");
      }).map((element) => element.outerHTML.slice(0, 80)));
      assert.deepEqual([await page.evaluate(() => document.documentElement.scrollWidth), wide], [360, []], when);
    };
    await fits("empty");
    await shoot(page, "phone-empty");
    await clickPreset(page, "The result on another origin");
    // The preset was far down the page: what it started comes into sight.
    await page.waitForFunction(() => {
      const { top, bottom } = document.querySelector("#film").getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
    await openFolds(page);
    await state(page, "Running");
    await fits("running");
    await page.locator("video").waitFor();
    await fits("done");
    await shoot(page, "phone-done");
    await page.getByLabel("Key", { exact: true }).fill("sk-wrong-key");
    await page.getByLabel("Task id").fill("video_with_an_id_so_long_that_no_phone_has_a_line_for_it_0123456789abcdef0123456789abcdef");
    await page.getByRole("button", { name: "Watch" }).click();
    await state(page, "Key refused");
    await fits("refused");
    await shoot(page, "phone-key-refused");
  });

  it("is still for those who want no motion", async (t) => {
    const page = await demo.open(t, { reducedMotion: "reduce" });
    const moving = () => page.evaluate(() => document.getAnimations().length);
    assert.equal(await moving(), 0);
    await clickPreset(page, "The result on another origin");
    await state(page, "Running");
    assert.equal(await moving(), 0);
    await page.locator("video").waitFor();
    assert.ok(await page.locator("video").evaluate(({ paused }) => paused));
  });

  it("works on a plain file server, beside the package and without presets", async (t) => {
    const files = createServer(async (request, response) => {
      const { pathname } = new URL(request.url, "http://files");
      const type = { ".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml" }[extname(pathname)] ?? "text/javascript";
      const body = await readFile(join(at(), pathname)).catch(() => null);
      response.writeHead(body ? 200 : 404, { "content-type": type }).end(body);
    }).listen(0, "127.0.0.1");
    await once(files, "listening");
    t.after(() => { files.close(); files.closeAllConnections(); });
    const { page } = await openPage(t, demo.browser);
    await page.goto(`http://127.0.0.1:${files.address().port}/www/index.html`);
    await page.getByLabel("Base URL").fill(demo.server.url);
    await page.getByLabel("Key", { exact: true }).fill("demo-key");
    await page.getByLabel("Task id").fill(`${presetCalled("The result on another origin").id}~files`);
    assert.ok(await page.getByRole("heading", { name: "Demo tasks" }).isHidden());
    await page.getByRole("button", { name: "Watch" }).click();
    await page.locator("video").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("base"), demo.server.url);
  });
});
