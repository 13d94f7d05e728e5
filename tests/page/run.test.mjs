// What the page does with a task, from the click to the playing video, and when something goes wrong.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { presets } from "../../tools/presets.mjs";
import { clickPreset, presetCalled, seen, shoot, startDemo, state } from "./demo.mjs";

let demo;
before(async () => { demo = await startDemo(); });
after(() => demo.close());

const sample = new URL("../../pkg/assets/sample.mp4", import.meta.url);
const asked = (id) => demo.server.requests.filter(({ url }) => decodeURIComponent(url).includes(id));
const idOf = (page) => new URL(page.url()).searchParams.get("id");
const field = (page, name) => page.locator("#problem dt", { hasText: name }).locator("+ dd").textContent();

async function playing(page) {
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.2, null, { polling: 100 });
  const video = await page.locator("video").evaluate(({ videoWidth, videoHeight, src }) => ({ videoWidth, videoHeight, src }));
  assert.deepEqual([video.videoWidth, video.videoHeight, video.src.split(":")[0]], [640, 360, "blob"]);
}

async function saved(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

/** The page's address and every store that a page has. */
const whereKeysGo = (page) => page.evaluate(async () => JSON.stringify([
  location.href, document.title, history.state, document.cookie, { ...localStorage }, { ...sessionStorage }, await indexedDB.databases(),
]));

// They mostly wait for the relay's time to pass; the longest come first.
describe("a run", { concurrency: 5 }, () => {
  it("says that the relay does not know the task", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "An id the relay does not know");
    await state(page, "No such task");
    assert.ok((await seen(page)).some(({ note }) => note === "The last answer was HTTP 404; reelay goes on asking."));
    assert.equal(await page.locator("#problem .code").textContent(), "not_found");
    assert.match(await page.getByRole("alert").textContent(), /What to do: Check the id/);
    assert.equal(await field(page, "The relay's code"), "task_not_found");
    assert.ok(await page.getByRole("button", { name: "Try again" }).isVisible());
    await shoot(page, "light-not-found");
  });

  it("shows a download's progress, ends it on request, and saves it whole at the second try", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "A large download");
    const text = page.locator("#loading-text");
    await page.waitForFunction(() => /^Loading \d+\.\d MB of 40\.0 MB$/.test(document.querySelector("#loading-text").textContent));
    await shoot(page, "light-loading");
    const bar = Number(await page.getByRole("progressbar", { name: "Progress of the download" }).getAttribute("value"));
    assert.ok(bar > 3 && bar < 100, String(bar));
    await page.getByRole("button", { name: "Cancel download" }).click();
    assert.match(await text.textContent(), /^Download stopped at \d+\.\d MB of 40\.0 MB$/);
    const file = await saved(page, () => page.getByRole("button", { name: "Download and save" }).click());
    assert.equal(statSync(file.path).size, 40_000_000);
    await playing(page);
    assert.deepEqual(page.errors, []);
  });

  it("says what came in a video's place, and fetches it again", async (t) => {
    const page = await demo.open(t);
    await page.route(/\/content$/, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Gone</title>" }));
    await clickPreset(page, "Quick clip");
    await page.getByText("The task is done; its video could not be fetched, and can be tried again.").waitFor();
    assert.equal(await page.locator("#problem .code").textContent(), "not_a_video");
    await shoot(page, "light-not-a-video");
    await page.unrouteAll();
    const file = await saved(page, () => page.getByRole("button", { name: "Download and save" }).click());
    assert.deepEqual(readFileSync(file.path), readFileSync(sample));
    await playing(page);
    assert.equal(await page.locator("#problem").isVisible(), false);
  });

  it("plays a film of Kling's, whose progress nobody tells", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "Kling, without progress");
    assert.equal(await page.getByLabel("Format").inputValue(), "kling");
    await state(page, "Running");
    assert.equal(await page.locator("#state .raw").textContent(), "relay: processing");
    await playing(page);
    assert.ok((await seen(page)).every(({ progress }) => progress === 0 || progress === 100), "a progress that nobody told");
    assert.ok(asked(idOf(page)).some(({ url }) => new URL(url).pathname.startsWith("/kling/v1/videos/text2video/")));
    await shoot(page, "light-kling");
    assert.deepEqual(page.errors, []);
  });

  it("shows every output of a song: its sounds, covers and films", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "A song of Suno's");
    await playing(page);
    const rows = page.locator("#outputs li");
    assert.deepEqual(await rows.locator(".kind").allTextContents(), ["audio", "cover", "video", "audio", "cover", "video"]);
    await page.waitForFunction(() => document.querySelectorAll("#outputs :is(audio, img)").length === 4);
    const heard = await page.locator("#outputs audio").evaluateAll((all) => Promise.all(all.map(async (audio) => {
      audio.muted = true;
      await audio.play();
      return { controls: audio.controls, blob: audio.src.startsWith("blob:"), seconds: audio.duration };
    })));
    assert.deepEqual(heard, [1, 2].map(() => ({ controls: true, blob: true, seconds: 0.25 })));
    const stills = await page.locator("#outputs img").evaluateAll((all) => all.map((img) => [img.complete && img.naturalWidth > 1, img.alt]));
    assert.deepEqual(stills, [[true, "Output 2: cover"], [true, "Output 5: cover"]]);
    await shoot(page, "light-suno");
    assert.deepEqual(page.errors, []);
  });

  it("shows a picture where a task has made no film, and saves it", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "A picture of Midjourney's");
    const picture = page.getByRole("img", { name: "The finished picture" });
    await picture.waitFor();
    assert.ok(await picture.evaluate((img) => img.decode().then(() => img.naturalWidth > 1 && img.src.startsWith("blob:"))));
    assert.equal(await page.locator("video").isVisible(), false);
    assert.equal(await page.locator("#note").textContent(), "The picture is here: it is shown from memory, and can be saved.");
    const file = await saved(page, () => page.getByRole("button", { name: "Save picture" }).click());
    assert.match(file.name, /^1747190313867714_\w+\.webp$/);
    assert.equal(readFileSync(file.path).subarray(8, 12).toString(), "WEBP");
    await shoot(page, "light-midjourney");

    // The next film finds the screen free.
    await clickPreset(page, "Quick clip");
    await playing(page);
    assert.equal(await picture.isVisible(), false);
    assert.deepEqual(page.errors, []);
  });

  it("stops polling when it is cancelled, and goes on when asked to", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "Slow queue, then a clip");
    await state(page, "Queued");
    const times = await page.locator("#elapsed, #last-poll, #next-poll").allTextContents();
    assert.match(times.join(), /^\d:\d\d,\d+\.\d s ago,(in \d+\.\d s|under way)$/);
    const ticked = (earlier) => [...document.querySelectorAll("#elapsed, #last-poll, #next-poll")].every(({ textContent }, i) => textContent !== earlier[i]);
    await page.waitForFunction(ticked, times, { polling: 50 });
    await page.getByRole("button", { name: "Cancel wait" }).press("Enter");
    await state(page, "Stopped");
    assert.equal(await page.evaluate(() => document.activeElement.id), "again");
    const before = asked(idOf(page)).length;
    // Longer than the longest pause between two polls.
    await page.waitForTimeout(4500);
    assert.equal(asked(idOf(page)).length, before);
    const marks = await page.locator("#plot .mark").count();
    await shoot(page, "light-stopped");
    await page.getByRole("button", { name: "Watch again" }).press("Enter");
    await state(page, "Running");
    assert.ok(await page.locator("#plot .mark").count() > marks);
    assert.deepEqual(page.errors, []);
  });

  it("says what an unknown word is, and shows no signature unasked", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "Words nobody documented");
    await state(page, "Unknown word");
    await page.getByRole("heading", { name: "Events" }).click();
    const log = page.locator("#log");
    // The list is filled by the fold's own event, a moment after the click.
    await log.locator("li").first().waitFor();
    assert.match(await log.innerText(), /unknown_status\s+the relay says "polishing_frames"/);
    await shoot(page, "light-unknown-word");
    await page.locator("video").waitFor();
    await page.locator("summary", { hasText: "The relay's answer" }).click();
    const address = page.locator("#body .leaf", { hasText: "video_url" });
    const shown = async () => `${await page.locator("main").innerText()} ${await log.innerText()}`;
    assert.ok(!(await shown()).includes("sig="));
    const notes = (await seen(page)).filter(({ state }) => state === "Unknown word").map(({ note }) => note);
    assert.ok(notes.includes("A word that no list knows is not an end; reelay goes on asking."), String(notes));
    await address.getByRole("button", { name: /^Show all \d+ characters$/ }).click();
    assert.match(await address.innerText(), /sig=/);
    assert.deepEqual(page.errors, []);
  });

  it("keeps folds and focus in the tree when a newer body comes", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "Slow queue, then a clip");
    // Clicks, not keys: the page hands the focus on while a run begins, and a key would go with it.
    await page.locator("summary", { hasText: "The relay's answer" }).click();
    const detail = page.locator("#body summary[data-path='/detail']");
    await detail.click();
    await state(page, "Running");
    await page.locator("#body summary[data-path='/detail/pending_info']").click();
    await page.locator("#body .leaf", { hasText: "progress_pct" }).waitFor();
    assert.ok(await detail.locator("..").evaluate(({ open }) => open));
    const path = () => page.evaluate(() => document.activeElement.dataset.path);
    assert.equal(await path(), "/detail/pending_info");
    const leaf = await page.locator("#body .leaf", { hasText: "progress_pct" }).elementHandle();
    await leaf.waitForElementState("hidden");
    assert.equal(await path(), "/detail/pending_info");
    assert.ok(await page.locator("#body .leaf", { hasText: "progress_pct" }).isVisible());
    await shoot(page, "light-tree");
    assert.deepEqual(page.errors, []);
  });

  it("goes from a click to a playing video, with every poll in the plot", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "Quick clip");
    await state(page, "Running");
    await shoot(page, "light-running");
    await state(page, "Succeeded");
    await playing(page);
    const running = (await seen(page)).filter(({ state, progress }) => state === "Running" && progress > 0 && progress < 100);
    assert.ok(running.some(({ title, progress }) => title === `Running ${Math.round(progress)} % · reelay`), JSON.stringify(running));
    await shoot(page, "light-playing");

    const polls = asked(idOf(page)).filter(({ url }) => !url.endsWith("/content")).length;
    assert.ok(polls >= 4, `${polls} polls`);
    assert.equal(await page.locator("#plot .mark").count(), polls);
    assert.equal(await page.locator("#plot .mark.final").count(), 1);
    const told = await page.getByRole("img", { name: /^Progress in percent over seconds/ }).getAttribute("aria-label");
    assert.match(told, new RegExp(`: ${polls} polls; succeeded at 100 % after \\d`));
    await page.getByText("Polls as a table").click();
    const rows = await page.locator("#polls tbody tr").allInnerTexts();
    assert.equal(rows.length, polls);
    assert.match(rows[0], /HTTP 200\s+queued\s+0 %/);
    assert.match(rows.at(-1), /HTTP 200\s+succeeded\s+100 %/);
    assert.match(await page.locator("#answers").textContent(), new RegExp(`^${polls}, last in \\d+ ms$`));

    assert.deepEqual([page.errors, page.strangers], [[], []]);
    assert.ok(!(await whereKeysGo(page)).includes(presets.key), "the key was written down");
    assert.ok(asked(idOf(page)).every(({ key, url }) => key && !url.includes(presets.key)));
  });

  it("saves the video that plays, and gives its memory back", async (t) => {
    const page = await demo.open(t);
    await page.evaluate(() => {
      const revoke = URL.revokeObjectURL;
      window.revoked = [];
      URL.revokeObjectURL = (url) => { window.revoked.push(url); revoke(url); };
    });
    await clickPreset(page, "The result on another origin");
    await playing(page);
    const src = await page.locator("video").getAttribute("src");
    const file = await saved(page, () => page.getByRole("button", { name: "Save video" }).click());
    assert.match(file.name, /^video_cdn_5c6a605a30c04a6a9dbd_\w+\.mp4$/);
    assert.deepEqual(readFileSync(file.path), readFileSync(sample));

    const { origin } = new URL(demo.server.cdnUrl);
    const output = page.locator("#outputs li");
    assert.equal(await output.locator("code").textContent(), `${origin}/videos/${idOf(page)}.mp4`);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await output.getByRole("button", { name: "Copy the address of output 1" }).click();
    await output.getByText("Copied").waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /\.mp4\?.*sig=/);
    const atCdn = asked(idOf(page)).filter(({ url }) => url.startsWith(origin));
    assert.deepEqual(atCdn.map(({ key }) => key), [false]);

    await clickPreset(page, "Too late");
    await state(page, "Expired");
    assert.deepEqual(await page.evaluate(() => window.revoked), [src]);
    assert.equal(await page.locator("video").isVisible(), false);
    assert.deepEqual(page.errors, []);
  });

  it("tells how long it waited in vain, and waits again", async (t) => {
    const page = await demo.open(t);
    await page.getByText("Timing").click();
    await page.getByLabel("Give up waiting after, in minutes").fill("0.04");
    await clickPreset(page, "Slow queue, then a clip");
    await state(page, "Time is up");
    assert.equal(await page.locator("#problem .code").textContent(), "wait_timeout");
    // The last poll before the deadline may be late on a busy machine.
    assert.match(await field(page, "Seen while waiting"), /^queued: \d+(, timeout: 1)?$/);
    assert.match(await page.getByRole("alert").textContent(), /What to do: Wait again/);
    await shoot(page, "light-wait-timeout");
    await page.getByRole("button", { name: "Wait again" }).click();
    await page.locator("#state strong", { hasText: /^(Queued|Running)$/ }).waitFor();
    assert.equal(await page.locator("#problem").isVisible(), false);
  });

  it("goes on through a relay's troubles, and marks them", async (t) => {
    const page = await demo.open(t);
    await clickPreset(page, "A relay under load");
    await state(page, "Running");
    assert.ok((await seen(page)).some(({ note }) => note === "The last answer was HTTP 429; reelay goes on asking."));
    assert.ok(await page.locator("#plot .mark.bad").count() > 0);
    assert.deepEqual(page.errors, []);
  });

  it("says that a key was refused, and what to do", async (t) => {
    const page = await demo.open(t, { colorScheme: "dark" });
    await page.getByLabel("Key", { exact: true }).fill("sk-wrong-key");
    await page.getByLabel("Task id").fill(presetCalled("Quick clip").id);
    await page.getByRole("button", { name: "Watch" }).click();
    await state(page, "Key refused");
    const alert = page.getByRole("alert");
    assert.equal(await alert.locator(".code").textContent(), "auth");
    assert.match(await alert.textContent(), /What to do: Check that the key belongs to this relay/);
    assert.deepEqual([await field(page, "HTTP status"), await field(page, "Task")], ["401", presetCalled("Quick clip").id]);
    assert.match(await field(page, "Request id"), /^\w{16,}$/);
    await shoot(page, "dark-key-refused");
    assert.ok(!(await whereKeysGo(page)).includes("sk-wrong-key"), "the key was written down");
    assert.ok(!(await page.locator("main").innerText()).includes("sk-wrong-key"), "the key is shown");
    await alert.getByRole("button", { name: "Change the key" }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "key");
  });

  it("gives the relay's own reason for a failed task", async (t) => {
    const page = await demo.open(t, { colorScheme: "dark" });
    await clickPreset(page, "Stopped by moderation");
    await state(page, "Failed");
    assert.equal(await page.locator("#problem .code").textContent(), "task_failed");
    assert.match(await page.getByRole("alert").textContent(), /Your request was blocked by our moderation system\./);
    assert.equal(await field(page, "The relay's code"), "moderation_blocked");
    await shoot(page, "dark-failed");
    assert.deepEqual(page.errors, []);
  });

  it("starts by itself from a deep link, and keeps the address up to date", async (t) => {
    const { id, format } = presetCalled("Quick clip");
    const page = await demo.open(t, {}, `/?${new URLSearchParams({ id: `${id}~deep`, format })}`);
    await state(page, "Running");
    assert.equal(await page.getByLabel("Task id").inputValue(), `${id}~deep`);
    assert.equal(await page.getByLabel("Format").inputValue(), format);
    await clickPreset(page, "Too late");
    await state(page, "Expired");
    const { searchParams } = new URL(page.url());
    assert.deepEqual([...searchParams.keys()], ["id", "format"]);
    assert.ok(searchParams.get("id").startsWith(`${presetCalled("Too late").id}~`));
    assert.equal(await page.evaluate(() => history.length), 2);
  });

  it("gives a deep link to another relay no key", async (t) => {
    const base = demo.server.cdnUrl;
    const page = await demo.open(t, {}, `/?${new URLSearchParams({ id: "task_elsewhere", base, key: "sk-in-a-link" })}`);
    await page.locator("#answers", { hasText: /^[1-9]/ }).waitFor();
    assert.deepEqual([await page.getByLabel("Base URL").inputValue(), await page.getByLabel("Key", { exact: true }).inputValue()], [base, ""]);
    const requests = asked("task_elsewhere");
    assert.ok(requests.length > 0 && requests.every(({ key }) => !key));
    assert.deepEqual(Object.fromEntries(new URL(page.url()).searchParams), { id: "task_elsewhere", base });
  });
});
