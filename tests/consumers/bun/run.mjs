import assert from "node:assert/strict";
import { programOf } from "../lib/program.mjs";

const bun = (folder) => programOf(folder, "@oven", "bin/bun");

export async function esm({ relay, folder, run }) {
  relay.check(JSON.parse(await run(bun(folder), ["run", "--no-install", "main.mjs", relay.url])));
}

export async function cjs({ relay, folder, run }) {
  relay.check(JSON.parse(await run(bun(folder), ["run", "--no-install", "main.cjs", relay.url])));
}

export async function both({ folder, run }) {
  const told = JSON.parse(await run(bun(folder), ["run", "--no-install", "both.mjs"]));
  const brand = Array(3).fill([true, true, "invalid_argument"]);
  assert.deepEqual(told, { sameClass: true, sameSave: true, mine: [true, true, true], brand });
}
