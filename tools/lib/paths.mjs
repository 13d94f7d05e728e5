// Where things are: the checkout, and what several checkouts share.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/[/\\]$/, "");

/** Everything below the checkout, by its path from the root. */
export const at = (...parts) => join(root, ...parts);

/**
 * Compilers and tools, one folder for each version, kept in the user's cache so that a second checkout finds them.
 * Nothing else on the machine is changed; deleting the folder is always safe.
 */
export const cacheDir = resolve(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "reelay");

export const cached = (name) => join(cacheDir, `${name}-${process.platform}-${process.arch}`);

const manifest = readFileSync(at("Cargo.toml"), "utf8");

/** A value of Cargo.toml that the tools need too, so that it is written down once. */
export function cargoToml(pattern) {
  const found = manifest.match(pattern);
  if (!found) throw new Error(`Cargo.toml has nothing like ${pattern}`);
  return found[1];
}
