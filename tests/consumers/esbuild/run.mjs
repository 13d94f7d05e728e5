import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assertNothingLeft, assertOneCopy, assertOneCore, binOf, forRelay } from "../lib/bundle.mjs";

const bundle = ({ folder, run }, entry, out, ...flags) =>
  run(binOf(folder, "esbuild"), [`src/${entry}.js`, "--bundle", "--minify", `--outfile=${out}`, ...flags]);

async function inPage(consumer, format) {
  const { relay, folder, page, serve } = consumer;
  await bundle(consumer, "main", `public/${format}/main.js`, `--format=${format}`);
  assertOneCore(readFileSync(join(folder, "public", format, "main.js"), "utf8"));
  relay.check(await page(forRelay(`${await serve(join(folder, "public"))}${format}.html`, relay)));
}

export const esm = (consumer) => inPage(consumer, "esm");

export const iife = (consumer) => inPage(consumer, "iife");

export async function cjs(consumer) {
  await bundle(consumer, "node", "dist/node.cjs", "--format=cjs", "--platform=node");
  consumer.relay.check(JSON.parse(await consumer.run(process.execPath, ["dist/node.cjs", consumer.relay.url])));
}

/** Imported and required in one bundle: one copy of it. */
export async function both(consumer) {
  await bundle(consumer, "both", "dist/both.cjs", "--format=cjs", "--platform=node");
  assertOneCopy(readFileSync(join(consumer.folder, "dist/both.cjs"), "utf8"), await consumer.run(process.execPath, ["dist/both.cjs"]));
}

export async function unused(consumer) {
  await bundle(consumer, "unused", "dist/unused.js", "--format=esm");
  assertNothingLeft(join(consumer.folder, "dist/unused.js"));
}
