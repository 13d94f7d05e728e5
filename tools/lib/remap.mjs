// Paths of this machine stay out of what is compiled: panic messages carry the path of their source.
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

const cargoHome = () => resolve(process.env.CARGO_HOME || join(homedir(), ".cargo"));

/** `[path, shown as]` of every folder of unpacked crates. Their names, one for each registry, are private too. */
export function crateFolders() {
  const registry = join(cargoHome(), "registry", "src");
  const names = existsSync(registry) ? readdirSync(registry).sort() : [];
  return names.map((name) => [join(registry, name), "/crates"]);
}

export const remapFlags = (pairs) => pairs.map(([path, shown]) => `--remap-path-prefix=${path}=${shown}`);
