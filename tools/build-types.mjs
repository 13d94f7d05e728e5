// The type declarations: tsc emits them from the facade, and only what the entries lead to is published.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { entries } from "./build-entries.mjs";
import { at, root } from "./lib/paths.mjs";
import { Problem } from "./lib/print.mjs";
import { run } from "./lib/run.mjs";

/** What the declarations may name besides each other. */
const peers = new Set(entries.flatMap((entry) => entry.peers ?? []));
const emitted = at(".build/types");
// from "x", import "x", import("x"); not those of examples, in lines of a comment
const specifier = /(?<!^\s*\/?\*.*)(\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/gm;

/** What a specifier in the declarations of `importer` means: a file's name in dist, without extension. */
function nameOf(text, importer) {
  if (text === "#tables") return "tables";
  if (text === "#reelay") return "index";
  const name = posix.join(posix.dirname(importer), text).replace(/\.[jt]s$/, "");
  if (!/^\.\.?\//.test(text) || name.startsWith("..")) throw new Problem(`the types of ${importer} import "${text}", which is not published`);
  return name;
}

const emittedFile = (name) => (name === "tables" ? join(emitted, ".build/generated/tables.d.ts") : join(emitted, "pkg-template/src", `${name}.d.ts`));

/** From one file of dist to another, as TypeScript wants it: relative, with an extension. */
function specifierTo(name, importer, extension) {
  const path = posix.relative(posix.dirname(importer), name);
  return `${path.startsWith(".") ? path : `./${path}`}.${extension}`;
}

export async function declarations(dist) {
  rmSync(emitted, { recursive: true, force: true });
  await run(at("node_modules/.bin/tsc"), ["-p", at("pkg-template"), "--noEmit", "false", "--emitDeclarationOnly", "--declaration", "--outDir", emitted], {
    hint: "The facade (pkg-template/src) has type errors.",
  });
  const queue = entries.map(({ name }) => name);
  const done = new Set();
  for (let name = queue.pop(); name; name = queue.pop()) {
    if (done.has(name)) continue;
    done.add(name);
    if (!existsSync(emittedFile(name))) throw new Problem(`no types for ${name}`);
    const text = readFileSync(emittedFile(name), "utf8");
    const rewrite = (extension) => text.replace(specifier, (whole, before, target, at) => {
      // An example in a comment is the user's.
      if (/^\s*\*/.test(text.slice(text.lastIndexOf("\n", at) + 1))) return whole;
      if (target.startsWith("node:") || peers.has(target)) return whole;
      const found = nameOf(target, name);
      queue.push(found);
      return `${before}"${specifierTo(found, name, extension)}"`;
    });
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    // The same twice: a CJS user gets declarations that are CJS all the way down.
    writeFileSync(join(dist, `${name}.d.ts`), rewrite("js"));
    writeFileSync(join(dist, `${name}.d.cts`), rewrite("cjs"));
  }
  await check(dist);
  return [...done].sort();
}

/** As a strict user's compiler reads them, ESM and CJS. */
async function check(dist) {
  await run(at("node_modules/.bin/tsc"), [
    "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node",
    ...entries.flatMap(({ name }) => [join(dist, `${name}.d.ts`), join(dist, `${name}.d.cts`)]),
  ], { cwd: root, hint: "The type declarations of the package do not hold by themselves." });
}
