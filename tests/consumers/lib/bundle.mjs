// What consumers that bundle have in common.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const binOf = (folder, name) => join(folder, "node_modules/.bin", name);

/** The address at which a page finds the relay. */
export const forRelay = (url, relay) => `${url}?relay=${encodeURIComponent(relay.url)}`;

/** A bundle of `src/unused.js`, which imports the package and uses nothing of it, holds its own line and no more. */
export function assertNothingLeft(file) {
  const text = readFileSync(file, "utf8");
  assert.ok(text.includes("nothing of it is used"), text.slice(0, 300));
  assert.ok(text.length < 1500 && !/WebAssembly|ReelayError/.test(text), `${text.length} characters are left: ${text.slice(0, 300)}`);
}

/** A bundle that uses the package carries the core once: as text, some 50 KB of base64. */
export function assertOneCore(text) {
  const cores = text.match(/[A-Za-z0-9+/]{20000,}/g) ?? [];
  assert.equal(cores.length, 1, `the core is ${cores.length} times in the bundle`);
}

/** What `src/both.js` printed in its bundle: the class and the functions are the same by import and by require. */
export function assertOneCopy(text, printed) {
  assert.deepEqual(JSON.parse(printed), { sameClass: true, sameCall: true, mine: true, brand: true });
  // Of the core there may be none: nothing that is called needs it.
  assert.ok((text.match(/[A-Za-z0-9+/]{20000,}/g) ?? []).length <= 1, "the core is in the bundle twice");
}
