// Several tasks at once: a row each, one of them chosen, all through one client.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { addPreset, clickPreset, presetCalled, shoot, startDemo } from "./demo.mjs";
import { namelessControls, paleTexts } from "./readable.mjs";

let demo;
before(async () => { demo = await startDemo(); });
after(() => demo.close());

const idsOf = (page) => new URL(page.url()).searchParams.getAll("id");
const rows = (page) => page.locator("#board li");
const row = (page, at) => rows(page).nth(at - 1);
const words = (page) => rows(page).locator(".word").allTextContents();
const chosen = (page) => rows(page).locator(".pick").evaluateAll((picks) => picks.findIndex((pick) => pick.ariaCurrent === "true" || pick.getAttribute("aria-current") === "true") + 1);
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
/** Whether the row of that number reads so; for page.waitForFunction. */
const reads = (page, at, word) => page.waitForFunction(([at, word]) => document.querySelectorAll("#board li .word")[at - 1]?.textContent === word, [at, word], { polling: 50 });
let made = 0;
/** Of each preset a task that only this test has; none of their ids begins another, as the server's requests are told apart by them. */
const copies = (...titles) => titles.map((title) => `${presetCalled(title).id}~board${String(made++).padStart(3, "0")}`);

async function watchAll(page, ids) {
  await page.getByLabel("Task ids").fill(ids.join("\n"));
  await page.getByRole("button", { name: "Watch", exact: true }).click();
}

describe("several tasks", { concurrency: 5 }, () => {
  it("are watched from one form, a row each in the order they were given, and told with their errors", async (t) => {
    const page = await demo.open(t);
    const ids = copies("Slow queue, then a clip", "Stopped by moderation", "Too late", "Quick clip");
    await page.getByLabel("Task ids").fill(`  ${ids[0]}\n\n${ids[1]}\r\n${ids[2]}\n${ids[3]}\n${ids[1]}`);
    await page.getByLabel("Task ids").press("Control+Enter");
    await reads(page, 3, "Expired");
    assert.deepEqual(await rows(page).locator("code").evaluateAll((all) => all.filter((code) => code.closest(".pick")).map(({ textContent }) => textContent)), ids);
    assert.deepEqual(idsOf(page), ids);
    assert.equal(await chosen(page), 1);
    const first = await row(page, 2).elementHandle();
    await reads(page, 2, "Failed");
    const trouble = row(page, 2).locator(".trouble");
    assert.match(await trouble.textContent(), /^task_failed Your request was blocked by our moderation system\..*make a new task/);
    assert.ok(await row(page, 1).locator(".trouble").isHidden());
    await reads(page, 4, "Succeeded");
    assert.deepEqual((await words(page)).slice(1), ["Failed", "Expired", "Succeeded"]);
    assert.deepEqual(await rows(page).evaluateAll((all) => all.map(({ dataset }) => dataset.state)).then((all) => all.slice(1)), ["failed", "expired", "succeeded"]);
    assert.ok(await first.evaluate((element) => element.isConnected && element === document.querySelectorAll("#board li")[1]), "a row was made anew");
    assert.match(await page.locator("#board-sum").textContent(), /^1 (queued|running), 1 failed, 1 expired, 1 succeeded$/);
    assert.match(await page.title(), /^3 of 4 ended/);
    assert.equal(await row(page, 4).getByRole("progressbar").getAttribute("aria-valuetext"), "100 %");
    await shoot(page, "light-board");
    assert.deepEqual([page.errors, page.strangers], [[], []]);
  });

  it("share one client and its limit", async (t) => {
    const page = await demo.open(t);
    let [under, most, gone] = [0, 0, 0];
    const waiting = [];
    await page.route(/\/v1\//, async (route) => {
      most = Math.max(most, ++under);
      if (gone < 6) await new Promise((resolve) => waiting.push(resolve));
      under--;
      gone++;
      await route.fulfill({ json: { id: "x", status: "completed", video_url: `${demo.server.url}/nothing.mp4` } });
    });
    await page.getByLabel("Format").selectOption("openai-videos");
    await watchAll(page, Array.from({ length: 10 }, (_, at) => `task_${at}`));
    await page.waitForFunction(() => document.querySelectorAll("#board li").length === 10);
    while (under < 6) await page.waitForTimeout(50);
    // Were there a client for each, the others would come now.
    await page.waitForTimeout(500);
    waiting.forEach((go) => go());
    await reads(page, 10, "Succeeded");
    assert.equal(most, 6);
  });

  it("are chosen one at a time, by click and by keys, and nothing else moves", async (t) => {
    const page = await demo.open(t);
    const ids = copies("Slow queue, then a clip", "The result on another origin", "Stopped by moderation");
    await watchAll(page, ids);
    await reads(page, 2, "Succeeded");
    const contentOf = (id) => demo.server.requests.filter(({ url }) => url.endsWith(".mp4") || url.includes(".mp4?")).filter(({ url }) => decodeURIComponent(url).includes(id)).length;
    assert.equal(contentOf(ids[1]), 0, "a film that nobody looks at was fetched");
    await row(page, 2).locator(".pick").focus();
    await page.keyboard.press("Enter");
    assert.equal(await chosen(page), 2);
    await page.waitForFunction(() => document.querySelector("video").currentTime > 0.1, null, { polling: 100 });
    assert.equal(contentOf(ids[1]), 1);
    assert.match(await focused(page), /^Task 2, .*: Succeeded$/);
    assert.match(await page.locator("#edge").textContent(), new RegExp(`${ids[1]}$`));
    await page.keyboard.press("ArrowDown");
    assert.match(await focused(page), /^Task 3, /);
    assert.equal(await chosen(page), 2, "looking around chooses nothing");
    await reads(page, 3, "Failed");
    assert.match(await focused(page), /^Task 3, .*: Failed$/);
    await page.keyboard.press("Space");
    assert.equal(await page.locator("#problem .code").textContent(), "task_failed");
    assert.equal(await page.locator("#state strong").textContent(), "Failed");
    assert.equal(await page.locator("video").isVisible(), false);
    await row(page, 1).click();
    assert.ok(await page.locator("#problem").isHidden());
    assert.match(await page.locator("#edge").textContent(), new RegExp(`${ids[0]}$`));
    await row(page, 2).click();
    await page.locator("video").waitFor();
    assert.equal(contentOf(ids[1]), 1, "a film that was there was fetched again");
    assert.deepEqual(idsOf(page), ids);
    assert.deepEqual(page.errors, []);
  });

  it("keep a log and a plot of their own", async (t) => {
    const page = await demo.open(t);
    const ids = copies("Quick clip", "An id the relay does not know");
    await watchAll(page, ids);
    await page.locator("#log summary").click();
    await reads(page, 1, "Succeeded");
    const log = () => page.locator("#log li").allInnerTexts();
    await page.locator("#log li", { hasText: "GET, with the key: " }).first().waitFor();
    assert.ok((await log()).every((line) => !line.includes("nobody_knows")));
    await row(page, 2).click();
    await page.locator("#log li", { hasText: "nobody_knows" }).first().waitFor();
    // The pauses of a task that was never seen are told without a ref; they are its own all the same.
    await page.locator("#log li", { hasText: "next in" }).first().waitFor();
    assert.ok((await log()).every((line) => !line.includes(ids[0])));
    // Counted in one go: between two more may be drawn.
    const [bad, marks] = await page.locator("#plot").evaluate((plot) => [".mark.bad", ".mark"].map((mark) => plot.querySelectorAll(mark).length));
    assert.ok(bad > 0 && bad === marks);
  });

  it("are cancelled, asked again and removed by themselves, and the focus stays near", async (t) => {
    const page = await demo.open(t);
    const ids = copies("Slow queue, then a clip", "Slow queue, then a clip", "Slow queue, then a clip");
    await watchAll(page, ids);
    await reads(page, 2, "Queued");
    await row(page, 2).getByRole("button", { name: "Cancel task 2" }).press("Enter");
    await reads(page, 2, "Stopped");
    assert.equal(await focused(page), "Again task 2");
    assert.notEqual((await words(page))[0], "Stopped");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#board li .word")[1].textContent !== "Stopped");
    await page.getByRole("button", { name: "Cancel all" }).press("Enter");
    assert.deepEqual(await words(page), ["Stopped", "Stopped", "Stopped"]);
    assert.match(await focused(page), /^Task 1, /);
    await row(page, 1).getByRole("button", { name: "Remove task 1" }).press("Enter");
    assert.equal(await rows(page).count(), 2);
    assert.equal(await focused(page), "Again task 1");
    assert.deepEqual([idsOf(page), await chosen(page)], [ids.slice(1), 1]);
    await row(page, 2).getByRole("button", { name: "Remove task 2" }).press("Enter");
    // One task alone needs no list.
    assert.ok(await page.locator("#board").isHidden());
    assert.equal(await focused(page), "Watch again");
    assert.deepEqual(idsOf(page), [ids[1]]);
    assert.deepEqual(page.errors, []);
  });

  it("come one by one, from the form and from the demo, whatever their formats", async (t) => {
    const page = await demo.open(t);
    assert.ok(await page.locator("#add").isHidden());
    await clickPreset(page, "Slow queue, then a clip");
    await addPreset(page, "Kling, without progress");
    await addPreset(page, "A song of Suno's");
    assert.equal(await chosen(page), 1);
    await page.getByLabel("Format").selectOption("openai-videos");
    await page.getByLabel("Task ids").fill(presetCalled("Too late").id);
    await page.getByRole("button", { name: "Add to the list", exact: true }).and(page.locator("#add")).click();
    await reads(page, 4, "Expired");
    assert.equal(await chosen(page), 1);
    assert.deepEqual(new URL(page.url()).searchParams.getAll("format"), ["unified-video", "kling", "suno", "openai-videos"]);
    await page.getByLabel("Base URL").fill("https://relay.example");
    assert.ok(await page.locator("#add").isHidden(), "another relay needs another client");
    await page.getByLabel("Base URL").fill(demo.server.url);
    await reads(page, 2, "Succeeded");
    await reads(page, 3, "Succeeded");
    await row(page, 3).click();
    await page.locator("#outputs li").nth(5).waitFor();

    // The address brings all of them back.
    const link = new URL(page.url());
    const again = await demo.open(t, {}, link.pathname + link.search);
    await reads(again, 3, "Succeeded");
    assert.deepEqual(idsOf(again), idsOf(page));
    assert.equal(await again.getByLabel("Task ids").inputValue(), idsOf(page).join("\n"));
    assert.deepEqual([page.errors, again.errors], [[], []]);
  });

  it("save the film of any row", async (t) => {
    const page = await demo.open(t);
    await watchAll(page, copies("Slow queue, then a clip", "The result on another origin"));
    await reads(page, 2, "Succeeded");
    const [download] = await Promise.all([page.waitForEvent("download"), row(page, 2).getByRole("button", { name: "Save task 2" }).click()]);
    assert.match(download.suggestedFilename(), /^video_cdn_5c6a605a30c04a6a9dbd_board\d+\.mp4$/);
    assert.equal(await chosen(page), 1);
  });

  it("tell a screen reader who has ended, and nothing else", async (t) => {
    const page = await demo.open(t);
    await page.evaluate(() => {
      window.told = [];
      const status = document.querySelector("#spoken");
      new MutationObserver(() => window.told.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
    });
    await watchAll(page, copies("Quick clip", "Too late", "Stopped by moderation"));
    await page.waitForFunction(() => window.told.at(-1)?.endsWith("All have ended."), null, { polling: 100 });
    const told = await page.evaluate(() => window.told);
    assert.ok(told.length <= 3, String(told));
    assert.ok(told.every((text) => !/percent|Queued|Running|Asking/.test(text)), String(told));
    for (const part of ["Task 1: Succeeded.", "Task 2: Expired.", "Task 3: Failed."]) {
      assert.equal(told.filter((text) => text.includes(part)).length, 1, `${part} in ${told}`);
    }
  });

  for (const [name, options] of [["light", {}], ["dark", { colorScheme: "dark" }], ["phone", { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }]]) {
    it(`are readable, ${name}`, async (t) => {
      const page = await demo.open(t, { reducedMotion: "reduce", ...options });
      await watchAll(page, [...copies("The result on another origin", "Stopped by moderation", "Slow queue, then a clip"), `video_${"long".repeat(30)}`]);
      await reads(page, 2, "Failed");
      await reads(page, 1, "Succeeded");
      assert.deepEqual(await namelessControls(page), []);
      assert.deepEqual(await paleTexts(page), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
      assert.deepEqual(await page.locator("#board ol > *").evaluateAll((all) => all.map(({ tagName }) => tagName)), Array(4).fill("LI"));
      // A target for fingers.
      const small = await page.locator("#board button:visible").evaluateAll((all) => all.map((button) => button.getBoundingClientRect()).filter(({ height, width }) => height < 24 || width < 24).length);
      assert.equal(small, 0);
      await shoot(page, `${name}-board`);
      assert.deepEqual(page.errors, []);
    });
  }
});
