// The JavaScript of the package: the facade and the glue, bundled by esbuild into one file for each entry and format.
import { readFileSync } from "node:fs";
import { cli, entries, workerd, workerdBeside } from "./build-entries.mjs";
import { at } from "./lib/paths.mjs";
import { Problem } from "./lib/print.mjs";
import { packageVersion } from "./lib/versions.mjs";

const coreFile = at(".build/wasm/reelay_bg.wasm");
const coreBytes = "core-bytes";

/** The core as base64 of a zlib stream. zopfli packs it 6 % smaller than zlib does, once a build. */
let packing;
function packed() {
  packing ??= import("@gfx/zopfli").then(({ zlibAsync }) => zlibAsync(readFileSync(coreFile), { numiterations: 15 }));
  return packing.then((bytes) => Buffer.from(bytes).toString("base64"));
}

/** What the facade imports by a name: the main entry, the glue, the tables, the core as text, and for workerd the core as a module. */
const names = (extension, main = "index") => ({
  name: "reelay-names",
  setup(build) {
    // What stands beside the main entry shares its core and its ReelayError.
    build.onResolve({ filter: /^#reelay$/ }, () => ({ path: `./${main}.${extension}`, external: true }));
    build.onResolve({ filter: /^#reelay\/node$/ }, () => ({ path: `./node.${extension}`, external: true }));
    build.onResolve({ filter: /^#core$/ }, () => ({ path: at(".build/wasm/reelay.js") }));
    build.onResolve({ filter: /^#tables$/ }, () => ({ path: at(".build/generated/tables.ts") }));
    build.onResolve({ filter: /^#core-bytes$/ }, () => ({ path: coreBytes, namespace: coreBytes }));
    build.onLoad({ filter: /.*/, namespace: coreBytes }, async () => ({ contents: `export default "${await packed()}"` }));
    build.onResolve({ filter: /\/reelay_bg\.wasm$/ }, () => ({ path: "./reelay_bg.wasm", external: true }));
  },
});

export async function bundle(dist) {
  // Only here, as it is not there before npm ci.
  const { build } = await import("esbuild");
  const make = async (entry, format, extension, main) => {
    // CommonJS has no import.meta.
    const findsItself = entry.core === "file" && format === "cjs";
    const head = [entry.directive && `"${entry.directive}";`, findsItself && 'const here = require("url").pathToFileURL(__filename);'];
    const { metafile } = await build({
      entryPoints: [at("pkg-template/src", entry.from)],
      outfile: `${dist}/${entry.name}.${extension}`,
      bundle: true,
      format,
      // For CJS "node" adds the note by which Node finds the names of the exports.
      platform: entry.node || format === "cjs" ? "node" : "neutral",
      target: "es2022",
      minify: true,
      legalComments: "none",
      // The glue's advice to who starts it otherwise. What the program prints goes to its streams.
      drop: ["console"],
      plugins: [names(extension, main)],
      external: entry.peers ?? [],
      define: { REELAY_VERSION: JSON.stringify(packageVersion), ...findsItself && { "import.meta.url": "here" } },
      banner: { js: head.filter(Boolean).join("\n") },
      metafile: true,
      absWorkingDir: at(),
      logLevel: "warning",
      // Sources that ask for import.meta look for __dirname first.
      logOverride: { "empty-import-meta": "silent" },
    });
    const carries = Object.keys(metafile.inputs).includes(`${coreBytes}:${coreBytes}`);
    if (carries !== (entry.core === "inline")) throw new Problem(`${entry.name}.${extension} ${carries ? "carries the core: it must not" : "lacks the core"}`);
  };
  for (const entry of entries) {
    await make(entry, "esm", "mjs");
    await make(entry, "cjs", "cjs");
  }
  await make(workerd, "esm", "mjs");
  for (const entry of workerdBeside) await make(entry, "esm", "mjs", workerd.name);
  await make(cli, "esm", "mjs");
}
