import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assertNothingLeft, assertOneCopy, assertOneCore, binOf, forRelay } from "../lib/bundle.mjs";

const bundle = ({ folder, run }, entry, to, ...flags) =>
  run(binOf(folder, "webpack"), ["build", "--mode", "production", "--fail-on-warnings", "--entry", `./src/${entry}.js`, "--output-path", to, "--output-filename", `${entry}.js`, ...flags]);

export async function browser(consumer) {
  const { relay, folder, page, serve } = consumer;
  await bundle(consumer, "main", "public");
  assertOneCore(readFileSync(join(folder, "public/main.js"), "utf8"));
  relay.check(await page(forRelay(await serve(join(folder, "public")), relay)));
}

export async function node(consumer) {
  await bundle(consumer, "node", "dist", "--target", "node", "--output-filename", "node.cjs");
  consumer.relay.check(JSON.parse(await consumer.run(process.execPath, ["dist/node.cjs", consumer.relay.url])));
}

/** Imported and required in one bundle: one copy of it. */
export async function both(consumer) {
  await bundle(consumer, "both", "dist", "--target", "node", "--output-filename", "both.cjs");
  assertOneCopy(readFileSync(join(consumer.folder, "dist/both.cjs"), "utf8"), await consumer.run(process.execPath, ["dist/both.cjs"]));
}

export async function unused(consumer) {
  await bundle(consumer, "unused", "dist");
  assertNothingLeft(join(consumer.folder, "dist/unused.js"));
}
