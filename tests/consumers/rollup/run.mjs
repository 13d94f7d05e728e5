import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assertNothingLeft, assertOneCore, binOf, forRelay } from "../lib/bundle.mjs";

// Rollup finds no package at all without this plugin.
const bundle = ({ folder, run }, entry, out, format, plugin = "node-resolve") =>
  run(binOf(folder, "rollup"), [`src/${entry}.js`, "--plugin", plugin, "--format", format, "--file", out, "--failAfterWarnings"]);

export async function browser(consumer) {
  const { relay, folder, page, serve } = consumer;
  await bundle(consumer, "main", "public/main.js", "es", "node-resolve={browser:true}");
  assertOneCore(readFileSync(join(folder, "public/main.js"), "utf8"));
  relay.check(await page(forRelay(await serve(join(folder, "public")), relay)));
}

export async function node(consumer) {
  await bundle(consumer, "node", "dist/node.cjs", "cjs");
  consumer.relay.check(JSON.parse(await consumer.run(process.execPath, ["dist/node.cjs", consumer.relay.url])));
}

export async function unused(consumer) {
  await bundle(consumer, "unused", "dist/unused.js", "es");
  assertNothingLeft(join(consumer.folder, "dist/unused.js"));
}
