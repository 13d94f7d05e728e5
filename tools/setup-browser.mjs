// A Chromium for the page tests: the user's own, or on Debian as root the package.
import { accessSync, constants } from "node:fs";
import { aptInstall } from "./lib/apt.mjs";
import { Problem } from "./lib/print.mjs";
import { which } from "./lib/run.mjs";
import { step } from "./lib/step.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  "/usr/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const runs = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path of a Chromium or Chrome, or null. CHROME_PATH goes first. */
export function findChromium() {
  const named = process.env.CHROME_PATH;
  if (named) return runs(named) ? named : null;
  return names.map((name) => which(name)).find(Boolean) ?? places.find(runs) ?? null;
}

export async function setupBrowser() {
  if (process.env.CHROME_PATH && !findChromium()) throw new Problem(`CHROME_PATH names no program: ${process.env.CHROME_PATH}`);
  await step({
    name: "install chromium with apt-get, for the page tests",
    takes: "about 1 minute",
    done: findChromium,
    work: async () => {
      const hint = "The page tests need Chromium or Chrome: install one (Debian: apt-get install chromium), or set CHROME_PATH to it.";
      await aptInstall(["chromium"], hint);
      if (!findChromium()) throw new Problem(hint);
    },
  });
}
