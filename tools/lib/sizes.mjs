// How big the package is, and how big it may be.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { number } from "./markdown.mjs";

export const measures = ["raw", "gzip", "brotli"];
export const bundleName = "one client, bundled for browsers";

/** Bytes as they are, and as servers send them. */
function sizesOf(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes, { params }).length };
}

/** What a page has that makes a client: all of the main entry that a bundler keeps. */
async function bundleOf(folder) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: `export { createClient } from ${JSON.stringify(join(folder, "dist/index.mjs"))};`, resolveDir: folder },
    bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022", legalComments: "none", write: false, logLevel: "error",
  });
  return outputFiles[0].contents;
}

/** Every script and the wasm of an unpacked package, one client's bundle, and, where its size is given, the tarball. */
export async function measure(folder, packed) {
  const files = readdirSync(join(folder, "dist"), { recursive: true }).map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(?:mjs|cjs|wasm)$/.test(name)).sort();
  const sizes = Object.fromEntries(files.map((name) => [`dist/${name}`, sizesOf(readFileSync(join(folder, "dist", name)))]));
  sizes[bundleName] = sizesOf(await bundleOf(folder));
  if (packed !== undefined) sizes["the tarball"] = { raw: packed };
  return sizes;
}

/** The same of a packed package. */
export async function measureTarball(tarball, unpack) {
  const folder = mkdtempSync(join(tmpdir(), "reelay-sizes-"));
  try {
    await unpack(tarball, folder);
    return await measure(join(folder, "package"), readFileSync(tarball).length);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A budget that these sizes keep: a percent more, so that another version of zlib does not break it. What is within the `old` one gets no more than
 * it had: many small steps are no way to more.
 */
export const budgetFor = (sizes, old = {}) => Object.fromEntries(Object.entries(sizes).map(([name, all]) =>
  [name, Object.fromEntries(Object.entries(all).map(([measure, bytes]) => {
    const limit = Math.ceil((bytes * 1.01) / 100) * 100;
    const had = old[name]?.[measure];
    return [measure, had >= bytes ? Math.min(had, limit) : limit];
  }))]));

/** What breaks the budget, one sentence each: what is too big, what has no budget, and what the budget knows and the package has not. */
export function overBudget(sizes, budget) {
  const problems = [];
  for (const [name, all] of Object.entries(sizes)) {
    for (const [measure, bytes] of Object.entries(all)) {
      const limit = budget[name]?.[measure];
      if (limit === undefined) problems.push(`${name} has no budget for ${measure}: it is ${bytes} bytes`);
      else if (bytes > limit) problems.push(`${name} is ${bytes} bytes (${measure}), ${bytes - limit} more than its budget of ${limit}`);
    }
  }
  for (const name of Object.keys(budget)) if (!(name in sizes)) problems.push(`${name} has a budget, and is not in the package`);
  return problems;
}

/** A table of sizes beside what they may be. */
export function sizesTable(sizes, budget) {
  const head = ["", ...measures.flatMap((measure) => [measure, "budget"])];
  const cell = (value) => (value === undefined ? "–" : number(value));
  const rows = Object.entries(sizes).map(([name, all]) => [name, ...measures.flatMap((measure) => [cell(all[measure]), cell(budget[name]?.[measure])])]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  return [head, ...rows].map((row) => row.map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]))).join("  ").trimEnd()).join("\n");
}
