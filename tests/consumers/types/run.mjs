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
  skipLibCheck: false, isolatedModules: true, noEmit: true, target: "es2022", lib: ["es2022", "dom", "dom.iterable"],
};

/** The entries of Node need Node's types; the others do without. */
async function compiles({ folder, run }, compiler, { module, moduleResolution, extensions, types = ["node"] }) {
  const { all, web } = entriesOf(folder);
  const name = [compiler, moduleResolution, ...types].join("-");
  const files = extensions.map((extension) => `${name}.${extension}`);
  for (const file of files) {
    const take = file.endsWith(".cts") ? byRequire : byImport;
    writeFileSync(join(folder, file), taking(types.length > 0 ? all : web, take) + readFileSync(join(folder, "use.ts"), "utf8"));
  }
  const config = `tsconfig.${name}.json`;
  writeFileSync(join(folder, config), JSON.stringify({ compilerOptions: { ...strict, types, module, moduleResolution }, files }));
  await run(process.execPath, [join(folder, "node_modules", compiler, "bin/tsc"), "-p", config]);
}

const both = ["mts", "cts"];
const bundler = { module: "esnext", moduleResolution: "bundler", extensions: ["mts"] };
const node16 = { module: "node16", moduleResolution: "node16", extensions: both };
const nodenext = { module: "nodenext", moduleResolution: "nodenext", extensions: both };
/** The usual one for years; TypeScript 7 no longer has it. */
const node10 = { module: "commonjs", moduleResolution: "node10", extensions: ["ts"] };

export async function run(consumer) {
  for (const kind of [bundler, { ...bundler, types: [] }, node16, nodenext]) await compiles(consumer, "typescript", kind);
}

export async function older(consumer) {
  for (const kind of [nodenext, node10]) await compiles(consumer, "typescript-5", kind);
}

/** A compiler that passes everything would pass this. */
export async function refused(consumer) {
  const { folder } = consumer;
  writeFileSync(join(folder, "wrong.mts"), 'import { createClient } from "reelay";\ncreateClient({ baseUrl: 7 });\n');
  writeFileSync(join(folder, "tsconfig.wrong.json"), JSON.stringify({ compilerOptions: { ...strict, types: [], module: "nodenext" }, files: ["wrong.mts"] }));
  await assert.rejects(consumer.run(process.execPath, [join(folder, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.wrong.json"]), /exit code/);
}
