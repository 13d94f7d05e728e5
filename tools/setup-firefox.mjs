// A Firefox with a decoder for H.264, for the consumers' run: the user's own, or on Debian as root the packages.
import { existsSync } from "node:fs";
import { aptInstall } from "./lib/apt.mjs";
import { Problem } from "./lib/print.mjs";
import { output, which } from "./lib/run.mjs";
import { step } from "./lib/step.mjs";

const hint = "This row needs Firefox and, for its video, ffmpeg's libavcodec: install them (Debian: apt-get install firefox-esr ffmpeg), or set FIREFOX_PATH.";
const places = ["/Applications/Firefox.app/Contents/MacOS/firefox"];

/** The path of a Firefox, or null. FIREFOX_PATH goes first. */
export function findFirefox() {
  const named = process.env.FIREFOX_PATH;
  if (named) return existsSync(named) ? named : null;
  return which("firefox-esr") ?? which("firefox") ?? places.find(existsSync) ?? null;
}

/** Elsewhere the system has a decoder. */
const decodes = () => process.platform !== "linux" || (output("/sbin/ldconfig", ["-p"]) ?? "").includes("libavcodec.so");

export async function setupFirefox() {
  if (process.env.FIREFOX_PATH && !findFirefox()) throw new Problem(`FIREFOX_PATH names no program: ${process.env.FIREFOX_PATH}`);
  await step({
    name: "install Firefox ESR and ffmpeg with apt-get, for the consumers' run",
    takes: "about 1 minute",
    done: () => findFirefox() && decodes(),
    work: async () => {
      await aptInstall(["firefox-esr", "ffmpeg"], hint);
      if (!findFirefox() || !decodes()) throw new Problem(hint);
    },
  });
  return findFirefox();
}
