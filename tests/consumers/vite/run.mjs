import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { assertNothingLeft, assertOneCore, binOf, forRelay } from "../lib/bundle.mjs";

/** The one script of a build. */
function scriptOf(folder) {
  const files = readdirSync(join(folder, "assets"));
  assert.equal(files.length, 1, `the build has ${files}`);
  return join(folder, "assets", files[0]);
}

export async function dev({ relay, folder, page, start }) {
  // Vite keeps what it made of packages by the lockfile, which does not name the tarball.
  rmSync(join(folder, "node_modules/.vite"), { recursive: true, force: true });
  const [url] = await start(binOf(folder, "vite"), ["--host", "127.0.0.1", "--port", "0"], /http:\/\/127\.0\.0\.1:\d+\//);
  relay.check(await page(forRelay(url, relay)));
}

export async function build({ relay, folder, page, run, serve }) {
  await run(binOf(folder, "vite"), ["build"]);
  assertOneCore(readFileSync(scriptOf(join(folder, "dist")), "utf8"));
  relay.check(await page(forRelay(await serve(join(folder, "dist")), relay)));
}

/** Rendered on a server: Vite leaves packages to Node, or bundles them where it is told to. */
export async function ssr({ relay, folder, run }) {
  await run(binOf(folder, "vite"), ["build", "--ssr", "src/node.js", "--outDir", "dist-ssr"]);
  relay.check(JSON.parse(await run(process.execPath, ["dist-ssr/node.js", relay.url])));
}

export async function unused({ folder, run }) {
  await run(binOf(folder, "vite"), ["build", "unused", "--outDir", "../dist-unused"]);
  assertNothingLeft(scriptOf(join(folder, "dist-unused")));
}
