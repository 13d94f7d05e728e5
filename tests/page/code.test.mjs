// "Copy as code": what is copied runs, against the demo's relay and with the built package, and never holds the key.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { presets } from "../../tools/presets.mjs";
import { presetCalled, shoot, startDemo } from "./demo.mjs";
import { namelessControls, paleTexts } from "./readable.mjs";

let demo;
before(async () => { demo = await startDemo(); });
after(() => demo.close());

const run = promisify(execFile);
const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
const sample = readFileSync(join(pkg, "assets/sample.mp4"));
const env = { ...process.env, RELAY_KEY: presets.key };

/** What breaks out of a string in JavaScript, in HTML or in a shell, if it is let. */
const nasty = `it's "a" \\ b\${1} \`id\` $HOME $(id) %20 {a,b} [0-9] <!-- </script> é`;
let made = 0;
const copyOf = (title, more = "") => `${presetCalled(title).id}~code${made++}${more}`;

/** A project of a user's that has installed the package. */
function project(t) {
  const folder = mkdtempSync(join(tmpdir(), "reelay-code-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(pkg, join(folder, "node_modules/reelay"), "junction");
  return folder;
}

async function openCode(page, tab, deed) {
  await page.getByRole("button", { name: "Copy as code" }).click();
  if (deed) await page.getByLabel(deed, { exact: true }).check();
  await page.getByRole("tab", { name: tab }).click();
}

/** What the button puts on the clipboard, which all pages share. */
async function copied(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() => {
    const { clipboard } = navigator;
    const write = clipboard.writeText.bind(clipboard);
    clipboard.writeText = (text) => write(window.copied = text);
  });
  await page.locator("#listing span").first().waitFor();
  await page.getByRole("button", { name: "Copy", exact: true }).and(page.locator("#copy-code")).click();
  await page.locator("#copied", { hasText: "Copied" }).waitFor();
  return page.evaluate(() => window.copied);
}

async function codeOf(t, ids, tab, deed, { format, via, more } = {}) {
  const page = await demo.open(t);
  if (format) await page.getByLabel("Format").selectOption(format);
  if (via) await page.getByLabel("Through a proxy").check();
  await page.getByLabel("Task ids").fill(ids.join("\n"));
  await openCode(page, tab, deed);
  await more?.(page);
  const code = await copied(page);
  assert.ok(!code.includes(presets.key), "the key is in the code");
  assert.deepEqual(page.errors, []);
  return code;
}

/** Runs it as `node call.mjs`. */
async function runInNode(t, code) {
  const folder = project(t);
  writeFileSync(join(folder, "call.mjs"), code);
  const { stdout, stderr } = await run(process.execPath, ["call.mjs"], { cwd: folder, env, timeout: 120_000 });
  return { stdout, stderr, folder, films: readdirSync(folder).filter((name) => name.endsWith(".mp4")) };
}

async function runInShell(t, code) {
  const folder = project(t);
  const { stdout } = await run("bash", ["-e", "-c", code], { cwd: folder, env, timeout: 120_000 });
  return { stdout, folder, films: readdirSync(folder).filter((name) => name.endsWith(".mp4")) };
}

describe("the copied code", { concurrency: 4 }, () => {
  it("for Node saves the film of an id full of signs", async (t) => {
    const id = copyOf("The result on another origin", nasty);
    const { stdout, folder, films } = await runInNode(t, await codeOf(t, [id], "Node", "Wait, download"));
    assert.equal(films.length, 1);
    assert.deepEqual(readFileSync(join(folder, films[0])), sample);
    assert.match(stdout, new RegExp(`: ${sample.length} bytes`));
    assert.ok(demo.server.requests.some(({ url, key }) => key && decodeURIComponent(new URL(url).pathname).includes(id)), "another id was asked for");
  });

  it("for Node waits for several, and says which went wrong", async (t) => {
    const ids = [copyOf("Quick clip"), copyOf("Too late", nasty), copyOf("The result on another origin")];
    const { stdout, stderr } = await runInNode(t, await codeOf(t, ids, "Node", "Wait"));
    assert.deepEqual(stdout.trim().split("\n").map((line) => line.split(" ")[1]).sort(), ["succeeded", "succeeded"]);
    assert.ok(stderr.includes(`${ids[1]}: task_expired: `), stderr);
  });

  it("for Node names the formats of a mixed list, and a prefix", async (t) => {
    const page = await demo.open(t, {}, `/?${new URLSearchParams([["id", copyOf("Kling, without progress")], ["format", "kling"], ["id", copyOf("Too late")], ["format", "openai-videos"]])}`);
    await openCode(page, "Node", "Wait");
    const { stdout, stderr } = await runInNode(t, await copied(page));
    assert.match(stdout, / succeeded /);
    assert.match(stderr, /task_expired/);
    const code = await codeOf(t, [copyOf("Kling, without progress")], "Node", "Wait", { format: "kling", more: async (page) => {
      await page.keyboard.press("Escape");
      await page.getByLabel("Prefix").fill('/kl"ing');
      await page.getByRole("button", { name: "Copy as code" }).click();
    } });
    assert.match(code, /format: "kling",\n {2}prefix: "\/kl\\"ing",/);
  });

  it("for Node creates, waits and saves", async (t) => {
    const prompt = nasty;
    const code = await codeOf(t, [], "Node", "Create, wait, download", { more: (page) => page.getByLabel("Prompt").fill(prompt) });
    const posts = demo.server.requests.filter(({ method }) => method === "POST").length;
    const { stdout, films, folder } = await runInNode(t, code);
    assert.equal(demo.server.requests.filter(({ method }) => method === "POST").length, posts + 1);
    const ref = JSON.parse(stdout.split("\n")[0]);
    assert.deepEqual([ref.format, ref.baseUrl, films], ["openai-videos", demo.server.url, [`${ref.id}.mp4`]]);
    assert.ok(readFileSync(join(folder, films[0])).length > 1000);
  });

  it("for Node asks a proxy without a key", async (t) => {
    const code = await codeOf(t, [copyOf("Quick clip")], "Node", "Wait, download", { via: "proxy" });
    assert.ok(!code.includes("RELAY_KEY"));
    const { folder, films } = await runInNode(t, code);
    assert.deepEqual(readFileSync(join(folder, films[0])), sample);
  });

  it("for curl asks as the client does, whatever is in the id", async (t) => {
    const id = copyOf("Quick clip", nasty);
    const asked = await runInShell(t, await codeOf(t, [id], "curl", "Wait"));
    assert.equal(JSON.parse(asked.stdout).id, id);
    const films = await runInShell(t, await codeOf(t, [copyOf("A large download")], "curl", "Wait, download"));
    assert.match(films.stdout, /"completed"/);
    assert.equal(readFileSync(join(films.folder, films.films[0])).length, 40_000_000);
    const suno = await runInShell(t, await codeOf(t, [copyOf("A song of Suno's")], "curl", "Wait, download", { format: "suno" }));
    assert.deepEqual([JSON.parse(suno.stdout).code, suno.films], ["success", []]);
  });

  it("for curl creates, with the prompt as it is", async (t) => {
    const bodies = [];
    const relay = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request.setEncoding("utf8")) body += chunk;
      bodies.push([request.method, request.url, request.headers.authorization, JSON.parse(body)]);
      response.end('{"id":"video_1"}');
    }).listen(0, "127.0.0.1");
    await once(relay, "listening");
    t.after(() => { relay.close(); relay.closeAllConnections(); });
    const page = await demo.open(t);
    await page.getByLabel("Base URL").fill(`http://127.0.0.1:${relay.address().port}`);
    await openCode(page, "curl", "Create, wait, download");
    await page.getByLabel("Prompt").fill(nasty);
    await page.locator("#listing", { hasText: "[0-9]" }).waitFor();
    const { stdout } = await runInShell(t, await copied(page));
    assert.equal(stdout, '{"id":"video_1"}');
    assert.deepEqual(bodies, [["POST", "/v1/videos", `Bearer ${presets.key}`, { model: "sora-2", prompt: nasty }]]);
  });

  it("for a server and for a page play the film together", async (t) => {
    const ids = [copyOf("The result on another origin", nasty), copyOf("Quick clip")];
    const folder = project(t);
    writeFileSync(join(folder, "server.mjs"), await codeOf(t, ids, "Server"));
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const child = spawn(process.execPath, ["server.mjs"], { cwd: folder, env: { ...env, PORT: String(port) }, stdio: ["ignore", "inherit", "inherit"] });
    t.after(() => child.kill());
    const origin = `http://127.0.0.1:${port}`;
    const up = async () => fetch(`${origin}/relay/v1/videos/stranger`).then(({ status }) => status, () => null);
    while (await up() === null) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await up(), 403);
    assert.equal((await fetch(`${origin}/other`)).status, 404);

    const code = await codeOf(t, ids, "Page", "Wait, download");
    const context = await demo.browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    // In the page's markup: nothing in an id may end the script.
    const html = `<!doctype html><meta charset="utf-8"><title>x</title><script type="importmap">{"imports":{"reelay":"/pkg/index.mjs"}}</script><body><script type="module">${code}</script>`;
    await context.route(`${origin}/`, (route) => route.fulfill({ contentType: "text/html", body: html }));
    await context.route(`${origin}/pkg/*`, (route) => route.fulfill({ contentType: "text/javascript", body: readFileSync(join(pkg, "dist", new URL(route.request().url()).pathname.slice(5))) }));
    await context.route(`${origin}/favicon.ico`, (route) => route.fulfill({ body: "" }));
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => [...document.querySelectorAll("video")].filter(({ videoWidth }) => videoWidth === 640).length === 2, null, { polling: 100 });
    assert.deepEqual(errors, []);
  });
});

describe("the dialog", { concurrency: 4 }, () => {
  it("is used by keyboard: tabs by arrows, and Escape goes back", async (t) => {
    const page = await demo.open(t);
    await page.getByLabel("Task ids").fill("video_1");
    await page.getByRole("button", { name: "Copy as code" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "This call as code" });
    await dialog.waitFor();
    await page.getByRole("tab", { name: "Node" }).focus();
    const shown = async () => [await page.evaluate(() => document.activeElement.textContent), await page.getByRole("tab", { selected: true }).textContent(), await page.getByRole("tabpanel").getAttribute("aria-labelledby")];
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await shown(), ["curl", "curl", "tab-shell"]);
    await page.keyboard.press("End");
    assert.deepEqual(await shown(), ["Server", "Server", "tab-server"]);
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await shown(), ["Page", "Page", "tab-page"]);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "listing");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "copy-code");
    await page.keyboard.press("Escape");
    assert.ok(await dialog.isHidden());
    assert.equal(await page.evaluate(() => document.activeElement.id), "show-code");
    await page.getByRole("button", { name: "Copy as code" }).click();
    const { x, y } = await dialog.boundingBox();
    await page.mouse.click(x + 4, y + 4);
    assert.ok(await dialog.isVisible(), "a click on its edge is no click beside it");
    await page.mouse.click(x - 4, y + 4);
    assert.ok(await dialog.isHidden());
  });

  it("says what is missing or wrong, and offers nothing to copy then", async (t) => {
    const page = await demo.open(t);
    await openCode(page, "Node");
    const says = (text) => page.locator("#listing", { hasText: text }).waitFor();
    const copy = page.locator("#copy-code");
    await says("Give a task id first");
    assert.ok(await copy.isHidden());
    await page.getByLabel("Create, wait, download").check();
    await says("relay.create(");
    assert.ok(await copy.isVisible());
    await page.getByRole("tab", { name: "Page" }).click();
    await says("have your server create the task");
    await page.keyboard.press("Escape");
    await page.getByLabel("Base URL").fill("ftp://relay.example");
    await openCode(page, "curl");
    await says("baseUrl must start with https://");
    assert.ok(await copy.isHidden());
  });

  it("never shows the key, whatever is typed for it", async (t) => {
    const page = await demo.open(t);
    await page.getByLabel("Key", { exact: true }).fill("sk-very-secret");
    await page.getByLabel("Task ids").fill("video_1");
    for (const deed of ["Wait", "Wait, download", "Create, wait, download"]) {
      for (const tab of ["Page", "Node", "curl", "Server"]) {
        await page.evaluate(() => document.querySelector("#listing code").replaceChildren());
        await openCode(page, tab, deed);
        await page.locator("#listing span").first().waitFor();
        const text = await page.locator("dialog").innerText();
        assert.ok(!text.includes("sk-very-secret") && !text.includes("~the-key~"), `${tab}, ${deed}`);
        await page.keyboard.press("Escape");
      }
    }
  });

  it("selects the code where the clipboard is refused", async (t) => {
    const page = await demo.open(t);
    await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError")); });
    await page.getByLabel("Task ids").fill("video_1");
    await openCode(page, "Node");
    await page.locator("#listing span").first().waitFor();
    await page.locator("#copy-code").click();
    await page.locator("#copied", { hasText: "Selected: copy it with the keyboard" }).waitFor();
    assert.equal(await page.evaluate(() => getSelection().toString().trim()), (await page.locator("#listing").innerText()).trim());
  });

  for (const [name, options] of [["light", {}], ["dark", { colorScheme: "dark" }], ["phone", { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }]]) {
    it(`is readable, ${name}`, async (t) => {
      const page = await demo.open(t, { reducedMotion: "reduce", ...options });
      await page.getByLabel("Task ids").fill("video_1\nvideo_2");
      for (const tab of ["Page", "Node", "curl", "Server"]) {
        await openCode(page, tab, "Wait, download");
        await page.locator("#listing span").first().waitFor();
        assert.deepEqual([await namelessControls(page), await paleTexts(page)], [[], []], tab);
        const box = await page.locator("dialog").boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= page.viewportSize().width && box.y >= 0 && box.y + box.height <= page.viewportSize().height, JSON.stringify(box));
        assert.ok((await page.locator("#copy-code").boundingBox()).y < page.viewportSize().height - 40);
        await page.screenshot({ path: fileURLToPath(new URL(`screenshots/${name}-code-${tab}.png`, import.meta.url)) });
        await page.keyboard.press("Escape");
      }
      await openCode(page, "Node", "Create, wait, download");
      assert.deepEqual(await paleTexts(page), []);
      await shoot(page, `${name}-code-create`);
    });
  }
});
