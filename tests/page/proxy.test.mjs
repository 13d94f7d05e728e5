// The page's other way: through a proxy on its own origin, which has the key.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { presets } from "../../tools/presets.mjs";
import { addPreset, clickPreset, presetCalled, shoot, startDemo, state } from "./demo.mjs";
import { namelessControls, paleTexts } from "./readable.mjs";

let demo;
before(async () => { demo = await startDemo(); });
after(() => demo.close());

const sample = new URL("../../pkg/assets/sample.mp4", import.meta.url);
const idOf = (page) => new URL(page.url()).searchParams.get("id");
const throughProxy = (page) => page.getByLabel("Through a proxy").check();

/** All that the page sends from now on: address and headers. */
function sent(page) {
  const requests = [];
  page.on("request", (request) => requests.push(request.allHeaders().then((headers) => ({ url: request.url(), headers }), () => null)));
  return async () => (await Promise.all(requests)).filter(Boolean);
}

describe("through a proxy", { concurrency: 5 }, () => {
  it("no key leaves the page, and the film plays from the proxy, at any place", async (t) => {
    const page = await demo.open(t);
    const told = sent(page);
    await throughProxy(page);
    assert.equal(await page.getByLabel("Base URL").inputValue(), `${demo.server.url}/${presets.proxy}`);
    assert.ok(await page.getByLabel("Key", { exact: true }).isHidden());
    assert.ok(await page.getByLabel("Format").isHidden());
    await clickPreset(page, "The result on another origin");
    await page.waitForFunction(() => document.querySelector("video").currentTime > 0.1, null, { polling: 100 });
    const { src, end, width } = await page.locator("video").evaluate(({ currentSrc, seekable, videoWidth }) => ({ src: currentSrc, end: seekable.end(0), width: videoWidth }));
    assert.ok(src.startsWith(`${demo.server.url}/${presets.proxy}/v1/videos/${idOf(page)}/content`), src);
    assert.deepEqual([end > 4, width], [true, 640]);
    await page.locator("video").evaluate((video) => new Promise((resolve) => {
      video.pause();
      video.addEventListener("seeked", resolve, { once: true });
      video.currentTime = 3.5;
    }));
    assert.equal(await page.locator("video").evaluate(({ currentTime }) => currentTime), 3.5);
    await page.getByText("The video plays through the proxy").waitFor();

    await page.getByRole("heading", { name: "Events" }).click();
    const requests = page.locator("#log li", { hasText: /request/ });
    await requests.first().waitFor();
    assert.ok((await requests.allInnerTexts()).every((line) => line.includes("GET, no key: ")), "the log says otherwise");
    await page.locator("#log li", { hasText: "plays from" }).waitFor();
    const all = await told();
    const proxied = all.filter(({ url }) => url.includes(`/${presets.proxy}/`));
    assert.ok(proxied.some(({ headers }) => headers.range?.startsWith("bytes=")), "the browser asked for no part");
    assert.ok(all.every(({ url, headers }) => !("authorization" in headers) && !JSON.stringify([url, headers]).includes(presets.key)), "the key left the page");
    assert.ok(all.every(({ url }) => !new URL(url).pathname.startsWith("/v1/") && !url.startsWith(demo.server.cdnUrl)), "the page asked the relay itself");
    // The relay was asked with the key, its second origin without.
    const asked = demo.server.requests.filter(({ url }) => decodeURIComponent(url).includes(idOf(page)));
    assert.ok(asked.length > 2 && asked.every(({ url, key }) => key === !url.startsWith(demo.server.cdnUrl)));
    await shoot(page, "light-proxy");
    assert.deepEqual([page.errors, page.strangers], [[], []]);
  });

  it("the film is saved as it is", async (t) => {
    const page = await demo.open(t, {}, `/?${new URLSearchParams({ id: `${presetCalled("Quick clip").id}~saved`, via: "proxy" })}`);
    await state(page, "Succeeded");
    assert.ok(await page.getByLabel("Through a proxy").isChecked());
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save video" }).click()]);
    assert.equal(download.suggestedFilename(), `${presetCalled("Quick clip").id}_saved.mp4`);
    assert.deepEqual(readFileSync(await download.path()), readFileSync(sample));
    assert.equal(new URL(page.url()).search, `?id=${presetCalled("Quick clip").id}%7Esaved&via=proxy`);
    assert.deepEqual(page.errors, []);
  });

  it("tasks of every format come in one list, sounds and pictures too", async (t) => {
    const page = await demo.open(t);
    await throughProxy(page);
    await clickPreset(page, "A song of Suno's");
    await addPreset(page, "A picture of Midjourney's");
    await addPreset(page, "Kling, without progress");
    await page.waitForFunction(() => document.querySelectorAll("#board [data-state=succeeded]").length === 3, null, { polling: 100 });
    await page.waitForFunction(() => document.querySelectorAll("#outputs :is(audio, img)").length === 4, null, { polling: 100 });
    assert.deepEqual(await page.locator("#outputs .kind").allTextContents(), ["audio", "cover", "video", "audio", "cover", "video"]);
    await page.locator("#board li").nth(1).click();
    const picture = page.getByRole("img", { name: "The finished picture" });
    await picture.waitFor();
    assert.ok(await picture.evaluate((img) => img.decode().then(() => img.naturalWidth > 1)));
    await page.locator("#board li").nth(2).click();
    await page.waitForFunction(() => document.querySelector("video").currentTime > 0.1, null, { polling: 100 });
    await shoot(page, "light-proxy-board");
    assert.deepEqual(page.errors, []);
  });

  it("a task of someone else is refused, and no key is asked for", async (t) => {
    const page = await demo.open(t);
    await throughProxy(page);
    await page.getByLabel("Task ids").fill("video_of_someone_else");
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await state(page, "Not allowed");
    assert.equal(await page.locator("#problem .code").textContent(), "auth");
    assert.match(await page.getByRole("alert").textContent(), /This task is not yours.*What to do: The proxy decides/);
    assert.equal(await page.getByRole("button", { name: "Change the key" }).count(), 0);
    assert.ok(demo.server.requests.every(({ url }) => !url.includes("video_of_someone_else")), "the relay was asked");
  });

  it("what came in the film's place is told", async (t) => {
    const page = await demo.open(t);
    await page.route(/\/content/, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Gone</title>" }));
    await throughProxy(page);
    await clickPreset(page, "Quick clip");
    await page.getByText("The task is done; its video could not be fetched, and can be tried again.").waitFor();
    assert.equal(await page.locator("#problem .code").textContent(), "not_a_video");
  });

  it("each way keeps its own address, and the key its field", async (t) => {
    const page = await demo.open(t);
    await page.getByLabel("Base URL").fill("https://relay.example/path");
    await throughProxy(page);
    await page.getByLabel("Base URL").fill(`${demo.server.url}/elsewhere`);
    await page.getByLabel("Directly").check();
    assert.deepEqual([await page.getByLabel("Base URL").inputValue(), await page.getByLabel("Key", { exact: true }).inputValue()], ["https://relay.example/path", presets.key]);
    await throughProxy(page);
    assert.equal(await page.getByLabel("Base URL").inputValue(), `${demo.server.url}/elsewhere`);
    await page.getByRole("button", { name: "Show the server's code" }).click();
    const code = page.getByRole("tabpanel", { name: "Server" });
    assert.match(await code.innerText(), /Give a task id first/);
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.id), "show-server");
    await page.getByLabel("Task ids").fill("video_1");
    await page.getByRole("button", { name: "Show the server's code" }).click();
    await code.getByText("createProxy({").waitFor();
    assert.match(await code.innerText(), /baseUrl: "https:\/\/relay\.example\/path"[^]*startsWith\("\/elsewhere\/"\)/);
  });

  for (const colorScheme of ["light", "dark"]) {
    it(`the form is readable, ${colorScheme}`, async (t) => {
      const page = await demo.open(t, { colorScheme, viewport: { width: 360, height: 740 } });
      await throughProxy(page);
      assert.deepEqual([await namelessControls(page), await paleTexts(page)], [[], []]);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
      await shoot(page, `${colorScheme}-proxy-form`);
    });
  }
});

describe("the demo's proxy", () => {
  const ask = (id, init) => fetch(`${demo.server.url}/${presets.proxy}/v1/videos/${encodeURIComponent(id)}`, init);

  it("answers for the demo's own tasks, in one way for all formats", async () => {
    for (const title of ["Kling, without progress", "Slow queue, then a clip"]) {
      const response = await ask(`${presetCalled(title).id}~direct`);
      assert.deepEqual([response.status, (await response.json()).object], [200, "video"]);
    }
    assert.equal((await ask("video_unknown")).status, 403);
    assert.equal((await ask(`x${presetCalled("Quick clip").id}`)).status, 403);
    assert.equal((await ask(presetCalled("Quick clip").id, { method: "POST" })).status, 405);
  });

  it("refuses other sites' pages", async () => {
    const { status } = await ask(presetCalled("Quick clip").id, { headers: { "sec-fetch-site": "cross-site" } });
    assert.equal(status, 403);
  });
});
