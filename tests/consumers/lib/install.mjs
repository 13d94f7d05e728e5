// A consumer's folder, as its user would have it: the sources copied aside, its tools by npm ci, and the packed tarball installed.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, cacheDir, root } from "../../../tools/lib/paths.mjs";
import { Problem } from "../../../tools/lib/print.mjs";
import { output } from "../../../tools/lib/run.mjs";

// The tools' programs come as packages for each system; scripts would only move them about.
const flags = ["--ignore-scripts", "--no-fund", "--no-audit", "--no-update-notifier", "--loglevel=error"];
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * Where the consumers of this checkout are: outside of it, as the folders above are looked through for packages, locks and settings.
 * Those of checkouts that are gone are removed.
 */
export function home() {
  const all = join(cacheDir, "consumers");
  const mine = join(all, sha256(root).slice(0, 12));
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, "checkout"), root);
  for (const name of readdirSync(all)) {
    const note = join(all, name, "checkout");
    if (existsSync(note) && !existsSync(readFileSync(note, "utf8"))) rmSync(join(all, name), { recursive: true });
  }
  return mine;
}

/** Packs pkg/ as npm would publish it into `folder`; the tarball's path. */
export function pack(folder) {
  const json = output("npm", ["pack", at("pkg"), "--json", "--pack-destination", folder, ...flags], { cwd: folder, stderr: "inherit" });
  if (json === null) throw new Problem("npm pack failed");
  const [{ filename }] = Object.values(JSON.parse(json));
  return join(folder, filename);
}

/**
 * Makes `target` the consumer's folder. Only node_modules is kept from an earlier run, while lock and tarball are the same: a lock
 * cannot name the tarball, which changes with every build, so it is installed behind it.
 */
export async function install({ source, target, tarball, run }) {
  const lock = readFileSync(join(source, "package-lock.json"));
  const stamp = join(target, "node_modules/.installed-consumer");
  const wanted = sha256(lock) + sha256(readFileSync(tarball));
  const done = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(target)) if (!(name === "node_modules" && existsSync(stamp))) rmSync(join(target, name), { recursive: true });
  // What many consumers have the same, and what each has of its own.
  for (const from of [at("tests/consumers/lib/copied"), source]) cpSync(from, target, { recursive: true, filter: (path) => !path.endsWith("/node_modules") });
  if (done) return;
  const tools = existsSync(stamp) && readFileSync(stamp, "utf8").startsWith(sha256(lock));
  rmSync(stamp, { force: true });
  // The version stays the same between builds: what is there must not pass for what is in the tarball.
  rmSync(join(target, "node_modules/reelay"), { recursive: true, force: true });
  if (!tools) await run("npm", ["ci", ...flags]);
  await run("npm", ["install", "--no-save", "--prefer-offline", ...flags, tarball]);
  writeFileSync(stamp, wanted);
}
