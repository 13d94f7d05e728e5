// The rows of a consumer that runs in a Node of its own: the one that its package.json names, whatever runs the consumers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { programOf } from "./program.mjs";

async function nodeOf({ folder, run }) {
  const node = programOf(folder, "node-", "bin/node");
  const { optionalDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const version = (await run(node, ["--version"])).trim().slice(1);
  assert.deepEqual([...new Set(Object.values(optionalDependencies))], [version]);
  return node;
}

export async function esm(consumer) {
  const { relay, run } = consumer;
  relay.check(JSON.parse(await run(await nodeOf(consumer), ["main.mjs", relay.url])));
}

export async function cjs(consumer) {
  const { relay, run } = consumer;
  const node = await nodeOf(consumer);
  // As it is, and as a Node without require() of ES modules does it.
  for (const flags of [[], ["--no-experimental-require-module"]]) relay.check(JSON.parse(await run(node, [...flags, "main.cjs", relay.url])));
}

export async function both(consumer) {
  const node = await nodeOf(consumer);
  const brand = Array(3).fill([true, true, "invalid_argument"]);
  const one = JSON.parse(await consumer.run(node, ["both.mjs"]));
  assert.deepEqual(one, { sameClass: true, sameSave: true, mine: [true, true, true], brand });
  // Two copies: not one class, but each knows the other's errors.
  const two = JSON.parse(await consumer.run(node, ["--no-experimental-require-module", "both.mjs"]));
  assert.deepEqual(two, { sameClass: false, sameSave: false, mine: [true, false, false], brand });
}
