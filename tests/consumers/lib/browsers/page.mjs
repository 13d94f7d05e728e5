// A page in each of the three browsers, by one small set of calls.
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { at } from "../../../../tools/lib/paths.mjs";
import { findChromium, setupBrowser } from "../../../../tools/setup-browser.mjs";
import { setupFirefox } from "../../../../tools/setup-firefox.mjs";
import { npmCi } from "../../../../tools/setup-node.mjs";
import { setupWebKit } from "../../../../tools/setup-webkit.mjs";
import { openWindow } from "./webdriver.mjs";

const chromiumArgs = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Firefox through WebDriver BiDi, Chromium through its own protocol. */
async function throughPuppeteer({ browser, executablePath, args = [] }, { log, after }) {
  await npmCi(at("tests/consumers/lib/browsers"));
  const { launch } = await import("puppeteer-core");
  const started = await launch({ browser, executablePath, args });
  after(() => started.close());
  const page = await started.newPage();
  page.on("console", (message) => log(`page: ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => log(`page: threw ${error.stack ?? error}`));
  return {
    version: (await started.version()).split("/").at(-1),
    go: (url) => page.goto(url),
    ask: (expression) => page.evaluate(expression),
    click: (xpath) => page.locator(`::-p-xpath(${xpath})`).click(),
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const browsers = {
  async chromium(consumer) {
    await setupBrowser();
    return throughPuppeteer({ browser: "chrome", executablePath: findChromium(), args: chromiumArgs }, consumer);
  },

  async firefox(consumer) {
    return throughPuppeteer({ browser: "firefox", executablePath: await setupFirefox() }, consumer);
  },

  async webkit({ start, run, signal }) {
    const { driver, browser, screen } = await setupWebKit();
    const [, display] = await start(screen, ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], /^(\d+)\n/m);
    const port = await freePort();
    let over = false;
    // It says nothing when it is ready, and it ends with the consumer.
    run(driver, [`--port=${port}`], { env: { DISPLAY: `:${display}`, GDK_BACKEND: "x11" } }).catch(() => {}).finally(() => { over = true; });
    const address = `http://127.0.0.1:${port}`;
    for (;;) {
      signal.throwIfAborted();
      if (over) throw new Error("the driver ended before it was ready");
      if (await fetch(`${address}/status`).then(({ ok }) => ok, () => false)) break;
      await sleep(50);
    }
    return openWindow(address, {
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] },
    });
  },
};

/**
 * A page in "chromium", "firefox" or "webkit": `go` to an address, `ask` the value of an expression, `click` what an XPath finds,
 * and ask `until` the value is a true one. The browser ends with the consumer.
 */
export async function openPage(name, consumer) {
  const page = await browsers[name](consumer);
  consumer.log(`${name} ${page.version}`);
  return {
    ...page,
    async until(expression) {
      for (;;) {
        consumer.signal.throwIfAborted();
        const value = await page.ask(expression);
        if (value) return value;
        await sleep(100);
      }
    },
  };
}

/** The rows of a folder, one for each browser; the table names its version. */
export function inEachBrowser(work) {
  const row = (name) => async (consumer) => {
    const page = await openPage(name, consumer);
    await work({ ...consumer, page });
    return { versions: [`${name} ${page.version}`] };
  };
  return Object.fromEntries(Object.keys(browsers).map((name) => [name, row(name)]));
}
