// Node itself and the development dependencies.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./lib/print.mjs";
import { at, root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";
import { step } from "./lib/step.mjs";
import { nodeMajor } from "./lib/versions.mjs";

export function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < nodeMajor) throw new Problem(`Node ${process.versions.node} is too old: install Node ${nodeMajor} or newer.`);
}

/** `npm ci` in `folder` when node_modules is not what its package-lock.json says. */
export async function npmCi(folder = root) {
  const lock = createHash("sha256").update(readFileSync(join(folder, "package-lock.json"))).digest("hex");
  // Inside node_modules, which npm ci deletes first: a stamp is there only after a whole run.
  const stamp = join(folder, "node_modules", ".installed-lock");
  await step({
    name: folder === root ? "npm ci" : `npm ci in ${folder}`,
    takes: "seconds",
    done: () => existsSync(stamp) && readFileSync(stamp, "utf8") === lock,
    work: async () => {
      // Without scripts: Bun's would move its program away from where the tests find it.
      await run("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"], { cwd: folder, hint: "npm ci failed: see above. It needs the npm registry." });
      writeFileSync(stamp, lock);
    },
  });
}

export const setupNodeModules = () => npmCi();

/** Deno and Bun. */
export const setupRuntimes = () => npmCi(at("tests/runtimes"));

/** TypeDoc. */
export const setupReference = () => npmCi(at("tools/reference"));

/** The Reacts. */
export const setupReact = () => npmCi(at("tests/browser"));
