// A strict user's compiler, with no skipLibCheck: each entry by import and by require, with and without Node's types.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The installed package's entries that have types; those of Node by themselves. */
function entriesOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, "node_modules/reelay/package.json"), "utf8"));
  const all = Object.keys(exports).filter((path) => exports[path].import?.types).map((path) => path.replace(".", "reelay"));
  assert.ok(all.includes("reelay") && all.length > 5, all.join());
  return { all, web: all.filter((entry) => !entry.endsWith("/node")) };
}

/** Takes every entry; one whose types did not come would be `any`, which is 0 and 1 at once. */
const taking = (entries, take) => [
  "type Came<T> = 0 extends 1 & T ? never : true;",
  ...entries.map((entry, index) => `${take(`e${index}`, entry)}\nexport const came${index}: Came<typeof e${index}> = true;`),
  "",
].join("\n");

const byImport = (name, entry) => `import * as ${name} from "${entry}";`;
const byRequire = (name, entry) => `import ${name} = require("${entry}");`;

const strict = {
  strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noPropertyAccessFromIndexSignature: true, noImplicitOverride: true,
  skipLibCheck: false, isolatedModules: true, noEmit: true, target: "es2022",
};
const dom = ["es2022", "dom", "dom.iterable"];

async function compiles({ folder, run }, compiler, { module, moduleResolution, extensions }) {
  const { all, web } = entriesOf(folder);
  for (const [name, entries, types] of [["node", all, ["node"]], ["web", web, []]]) {
    const files = extensions.map((extension) => `${name}-${moduleResolution}.${extension}`);
    for (const file of files) {
      const text = taking(entries, file.endsWith(".cts") ? byRequire : byImport);
      writeFileSync(join(folder, file), /\.[cm]ts$/.test(file) ? text + readFileSync(join(folder, "use.ts"), "utf8") : text);
    }
    const config = `tsconfig.${name}-${moduleResolution}.json`;
    writeFileSync(join(folder, config), JSON.stringify({ compilerOptions: { ...strict, lib: dom, types, module, moduleResolution }, files }));
    await run(process.execPath, [join(folder, "node_modules", compiler, "bin/tsc"), "-p", config]);
  }
}

export const limitMs = 300_000;

const both = ["mts", "cts"];
const kinds = {
  bundler: { module: "esnext", moduleResolution: "bundler", extensions: ["mts"] },
  node16: { module: "node16", moduleResolution: "node16", extensions: both },
  nodenext: { module: "nodenext", moduleResolution: "nodenext", extensions: both },
};

export async function run(consumer) {
  for (const kind of Object.values(kinds)) await compiles(consumer, "typescript", kind);
}

/** node10 was the usual one for years, and TypeScript 7 no longer has it. */
export async function older(consumer) {
  for (const kind of [kinds.bundler, kinds.nodenext, { module: "commonjs", moduleResolution: "node10", extensions: ["ts"] }]) {
    await compiles(consumer, "typescript-5", kind);
  }
}

/** A compiler that passes everything would pass this. */
export async function refused(consumer) {
  const { folder } = consumer;
  writeFileSync(join(folder, "wrong.mts"), 'import { createClient } from "reelay";\ncreateClient({ baseUrl: 7 });\n');
  writeFileSync(join(folder, "tsconfig.wrong.json"), JSON.stringify({ compilerOptions: { ...strict, lib: dom, types: [], module: "nodenext" }, files: ["wrong.mts"] }));
  await assert.rejects(consumer.run(process.execPath, [join(folder, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.wrong.json"]), /exit code/);
}
