// `npm run release:check`: what must hold before a version is published. Builds a clean checkout of HEAD, packs it, holds sizes against the
// budget and runs every consumer from that tarball.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { at, root } from "./lib/paths.mjs";
import { main, Problem, say, seconds } from "./lib/print.mjs";
import { disagreements } from "./lib/release-versions.mjs";
import { output, run } from "./lib/run.mjs";
import { budgetFor, measureTarball, overBudget, sizesTable } from "./lib/sizes.mjs";
import { packageVersion } from "./lib/versions.mjs";
import { setupNode } from "./setup.mjs";

const usage = `npm run release:check -- [options]
  --tag TAG        the tag of the release, as v0.1.0: the changelog must have its date
  --here           builds what is in this folder, in place of a clean checkout of HEAD
  --tarball FILE   checks this one, and builds nothing
  --no-consumers   leaves the consumers out
  --update         writes the budget from the sizes of what is in this folder, and checks nothing
  --budget FILE    a budget other than tools/budget.json`;

const releaseFolder = at(".build/release");
const minutes = 60_000;

function checkVersions(tag) {
  const lock = readFileSync(at("Cargo.lock"), "utf8").match(/^name = "reelay"\nversion = "([^"]+)"/m)?.[1];
  const problems = disagreements({ cargo: packageVersion, lock, changelog: readFileSync(at("CHANGELOG.md"), "utf8"), tag });
  if (problems.length > 0) throw new Problem(`The versions do not agree:\n  ${problems.join("\n  ")}`);
  say(`release: ${packageVersion} in Cargo.toml, Cargo.lock and CHANGELOG.md${tag === undefined ? "" : `, and ${tag}`}`);
}

/**
 * HEAD in a folder of its own, built: what is not committed, and what an earlier build has left, is not there. Outside of this checkout, whose
 * node_modules would stand in for what is missing.
 */
async function cleanBuild(after) {
  if (output("git", ["status", "--porcelain"], { cwd: root }) !== "") {
    throw new Problem("There are uncommitted changes, and a clean checkout has none of them: commit them, or check this folder with --here.");
  }
  const folder = mkdtempSync(join(tmpdir(), "reelay-release-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  say(`release: a clean checkout of ${output("git", ["rev-parse", "--short", "HEAD"], { cwd: root })} in ${folder}`);
  await run("git", ["archive", "--format=tar", "-o", join(folder, "head.tar"), "HEAD"], { cwd: root });
  await run("tar", ["-xf", "head.tar"], { cwd: folder });
  rmSync(join(folder, "head.tar"));
  await run(process.execPath, ["tools/build.mjs"], { cwd: folder, limitMs: 30 * minutes });
  return folder;
}

/** Packs the package of a checkout as npm would publish it; the tarball's path. */
function pack(checkout) {
  mkdirSync(releaseFolder, { recursive: true });
  const json = output("npm", ["pack", join(checkout, "pkg"), "--json", "--loglevel=error", "--pack-destination", releaseFolder], { cwd: releaseFolder, stderr: "inherit" });
  if (json === null) throw new Problem("npm pack failed");
  const [{ filename, integrity }] = Object.values(JSON.parse(json));
  say(`release: ${filename}, ${integrity}`);
  return join(releaseFolder, filename);
}

const unpack = (tarball, folder) => run("tar", ["-xzf", tarball, "-C", folder]);

async function checkSizes(tarball, budgetFile, update) {
  const sizes = await measureTarball(tarball, unpack);
  const tracked = existsSync(budgetFile) ? JSON.parse(readFileSync(budgetFile, "utf8")) : {};
  const budget = update ? budgetFor(sizes, tracked) : tracked;
  if (update) writeFileSync(budgetFile, `${JSON.stringify(budget, null, 2)}\n`);
  say(`\n${sizesTable(sizes, budget)}\n`);
  const problems = overBudget(sizes, budget);
  if (problems.length > 0) {
    throw new Problem(`The package does not keep its budget (${basename(budgetFile)}):\n  ${problems.join("\n  ")}\nIf that is meant: npm run release:check -- --update`);
  }
}

const flag = { type: "boolean", default: false };
const text = { type: "string" };

function options() {
  try {
    return parseArgs({ options: { tag: text, here: flag, tarball: text, "no-consumers": flag, update: flag, budget: text, help: flag } }).values;
  } catch (error) {
    throw new Problem(`${error.message}\n${usage}`);
  }
}

await main(async () => {
  const values = options();
  if (values.help) return say(usage);
  const budget = resolve(values.budget ?? at("tools/budget.json"));
  const start = performance.now();
  const ends = [];
  try {
    if (!values.update) checkVersions(values.tag);
    await setupNode();
    let checkout = root;
    let tarball = values.tarball && resolve(values.tarball);
    if (!tarball) {
      if (values.here || values.update) await build();
      else checkout = await cleanBuild((end) => ends.push(end));
      tarball = pack(checkout);
    }
    await checkSizes(tarball, budget, values.update);
    if (values.update) return say(`release: wrote ${budget}`);
    if (!values["no-consumers"]) await run(process.execPath, ["tools/consumers.mjs", "--tarball", tarball], { cwd: checkout, limitMs: 60 * minutes });
    say(`release: ${basename(tarball)} may be published (${seconds(start)})`);
  } finally {
    for (const end of ends) end();
  }
});
