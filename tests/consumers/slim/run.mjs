import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { binOf, forRelay } from "../lib/bundle.mjs";

/** A built site: the core is in none of its scripts and beside them once, and its pages work. */
async function works({ relay, page, serve }, site, pages) {
  const files = readdirSync(site, { recursive: true });
  const scripts = files.filter((name) => /\.m?js$/.test(name));
  assert.ok(scripts.length > 0, files.join());
  for (const name of scripts) assert.doesNotMatch(readFileSync(join(site, name), "utf8"), /[A-Za-z0-9+/]{5000,}/, `the core is in ${name}`);
  assert.equal(files.filter((name) => name.endsWith(".wasm")).length, 1, files.join());
  const url = await serve(site);
  for (const html of pages) relay.check(await page(forRelay(url + html, relay)));
}

const pages = ["address.html", "beside.html"];

async function viteDev({ relay, folder, page, start }) {
  // Vite keeps what it made of packages by the lockfile, which does not name the tarball.
  rmSync(join(folder, "node_modules/.vite"), { recursive: true, force: true });
  const [url] = await start(binOf(folder, "vite"), ["--host", "127.0.0.1", "--port", "0"], /http:\/\/127\.0\.0\.1:\d+\//);
  for (const html of pages) relay.check(await page(forRelay(url + html, relay)));
}

async function viteBuild(consumer) {
  const { folder, run } = consumer;
  await run(binOf(folder, "vite"), ["build"]);
  await works(consumer, join(folder, "dist"), pages);
}

export { viteDev as "vite-dev", viteBuild as "vite-build" };

export async function webpack(consumer) {
  const { folder, run } = consumer;
  const site = join(folder, "webpack");
  await run(binOf(folder, "webpack"), ["build", "--mode", "production", "--entry", "./src/beside.js", "--output-path", site, "--output-filename", "main.js"]);
  cpSync(join(folder, "site"), site, { recursive: true });
  await works(consumer, site, [""]);
}

export async function esbuild(consumer) {
  const { folder, run } = consumer;
  const site = join(folder, "esbuild");
  await run(binOf(folder, "esbuild"), ["src/imported.js", "--bundle", "--minify", "--format=esm", "--loader:.wasm=file", `--outfile=${site}/main.js`]);
  cpSync(join(folder, "site"), site, { recursive: true });
  await works(consumer, site, [""]);
}
