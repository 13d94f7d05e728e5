// A stage of the build: done again only when one of its inputs has changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "./paths.mjs";
import { say, seconds } from "./print.mjs";

/** All files below `path` (or itself, if it is a file), sorted, as paths from the root. Empty when there is nothing. */
export function filesBelow(path) {
  const full = at(path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).sort().flatMap((name) => filesBelow(join(path, name)));
}

function digest(inputs, key) {
  const hash = createHash("sha256").update(key);
  for (const file of inputs.flatMap(filesBelow)) hash.update(`\0${file}\0`).update(readFileSync(at(file)));
  return hash.digest("hex");
}

/** `key` stands for inputs that are not files of the checkout; `outputs` must exist for the stage to count as done. */
export async function stage({ name, inputs, key = "", outputs, work }) {
  const stamp = at(".build", "stamps", name);
  const wanted = digest(["tools/lib", ...inputs], key);
  if (outputs.every((path) => existsSync(at(path))) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const start = performance.now();
  rmSync(stamp, { force: true });
  say(`build: ${name}`);
  await work();
  mkdirSync(at(".build", "stamps"), { recursive: true });
  writeFileSync(stamp, wanted);
  say(`build: ${name}: done in ${seconds(start)}`);
}
