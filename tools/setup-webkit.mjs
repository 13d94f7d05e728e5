// WebKitGTK with its driver, a screen for it, and decoders for its videos, for the consumers' run: Debian's packages.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./lib/apt.mjs";
import { Problem } from "./lib/print.mjs";
import { which } from "./lib/run.mjs";
import { step } from "./lib/step.mjs";

const packages = ["webkit2gtk-driver", "xvfb", "gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good", "gstreamer1.0-libav"];
const hint = `This row needs WebKitGTK: install it on a Linux (Debian: apt-get install ${packages.join(" ")}).`;

/** A file of a library's, whose folder is named by the machine's kind or not. */
function inLibraries(path) {
  if (!existsSync("/usr/lib")) return null;
  return ["", ...readdirSync("/usr/lib")].map((folder) => join("/usr/lib", folder, path)).find(existsSync) ?? null;
}

/** Its parts: the driver, the browser that the driver starts, and a screen without a monitor; null where one is missing. */
export function findWebKit() {
  const found = {
    driver: which("WebKitWebDriver"),
    browser: inLibraries("webkit2gtk-4.1/MiniBrowser") ?? inLibraries("webkitgtk-6.0/MiniBrowser"),
    screen: which("Xvfb"),
  };
  return Object.values(found).every(Boolean) ? found : null;
}

const decodes = () => ["libgstlibav.so", "libgstisomp4.so", "libgstplayback.so"].every((name) => inLibraries(`gstreamer-1.0/${name}`));

export async function setupWebKit() {
  await step({
    name: "install WebKitGTK, its driver and decoders with apt-get, for the consumers' run",
    takes: "about 1 minute",
    done: () => findWebKit() && decodes(),
    work: async () => {
      await aptInstall(packages, hint);
      if (!findWebKit() || !decodes()) throw new Problem(hint);
    },
  });
  return findWebKit();
}
