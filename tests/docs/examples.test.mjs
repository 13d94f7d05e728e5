// Every example of the READMEs, the guides and the declarations compiles, and runs where Node and the simulator are enough.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { at } from "../../tools/lib/paths.mjs";
import { allExamples, importsOf, inDeclarations, inMarkdown, needsOf, promisesOf } from "./lib/examples.mjs";

// Below the checkout: what an example imports besides is looked for in its node_modules.
mkdirSync(at(".build/examples"), { recursive: true });
const folder = mkdtempSync(at(".build/examples/run-"));
const examples = allExamples();
const fileOf = ({ name, language }) => `${name.replaceAll(/[^\w]+/g, "-")}.${language === "js" ? "mjs" : language}`;

before(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(at("pkg"), join(folder, "node_modules/reelay"), "dir");
  for (const name of ["given.mjs", "given.d.ts"]) copyFileSync(at("tests/docs/lib", name), join(folder, name));
  // In a module `await` may stand anywhere, and no example sees another's names.
  for (const example of examples) writeFileSync(join(folder, fileOf(example)), `${example.code}\nexport {};\n`);
});
after(() => rmSync(folder, { recursive: true }));

/** What tsc says of some files: every line that names one. */
async function compile(files, strict) {
  const missing = [...new Set(files.flatMap((file) => importsOf(readFileSync(join(folder, file), "utf8"))))].filter((name) => !typed(name));
  const suffix = strict ? "ts" : "js";
  // A framework that only its own folder installs.
  writeFileSync(join(folder, `missing-${suffix}.d.ts`), missing.map((name) => `declare module ${JSON.stringify(name)};\n`).join(""));
  writeFileSync(join(folder, `tsconfig.${suffix}.json`), JSON.stringify({
    compilerOptions: {
      target: "es2023", module: "esnext", moduleResolution: "bundler", lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable", "esnext.disposable"],
      types: ["node"], typeRoots: [at("node_modules/@types")], noEmit: true, skipLibCheck: true, allowJs: true, checkJs: true, jsx: "preserve",
      strict, noImplicitAny: false, noUncheckedIndexedAccess: strict, allowImportingTsExtensions: true,
    },
    files: [...files, "given.d.ts", `missing-${suffix}.d.ts`],
  }));
  const { stdout } = await promisify(execFile)(process.execPath, [at("node_modules/.bin/tsc"), "-p", `tsconfig.${suffix}.json`], { cwd: folder }).catch((error) => error);
  return stdout.split("\n").filter((line) => /error TS/.test(line));
}

function typed(name) {
  if (name.startsWith(".") || name.startsWith("node:") || /^reelay(\/[\w/-]+)?$/.test(name)) return true;
  const require = createRequire(join(folder, "x.js"));
  return existsSync(at("node_modules/@types", name)) || require.resolve.paths(name).some((path) => existsSync(join(path, name, "package.json")));
}

/** Runs an example behind given.mjs, in a folder of its own as several save files of one name; all that it prints. */
async function run(example) {
  const file = fileOf(example);
  const { code } = await transform(readFileSync(join(folder, file), "utf8"), { loader: example.language === "mjs" ? "js" : example.language, target: "es2022" });
  const target = join(folder, `${basename(file).replace(/\.\w+$/, "")}.run.mjs`);
  writeFileSync(target, code);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--import", pathToFileURL(join(folder, "given.mjs")).href, target], { cwd: mkdtempSync(join(folder, "own-")), timeout: 60_000 });
  return stdout + stderr;
}

test("there are examples in the READMEs and at the declarations", () => {
  const from = (part) => examples.filter(({ name }) => name.startsWith(part)).length;
  for (const part of ["README.md", "pkg-template/README.md", "types.d.ts", "task-types.d.ts", "create-types.d.ts", "error.d.ts", "node.d.ts"]) assert.ok(from(part) > 0, part);
  assert.ok(examples.filter(({ needs }) => needs.length === 0).length > examples.length / 2, "most of them run");
});

test("TypeScript ones compile as a strict user's", async () => {
  assert.deepEqual(await compile(examples.filter(({ language }) => language.startsWith("ts")).map(fileOf), true), []);
});

test("JavaScript ones name what is there", async () => {
  assert.deepEqual(await compile(examples.filter(({ language }) => !language.startsWith("ts")).map(fileOf), false), []);
});

describe("runs:", { concurrency: 3 }, () => {
  for (const example of examples.filter(({ needs }) => needs.length === 0)) {
    test(example.name, async () => {
      const said = await run(example);
      const lines = said.split("\n").map((line) => line.trim());
      for (const promised of promisesOf(example.code)) assert.ok(lines.includes(promised), `"${promised}" is promised, and it prints\n${said}`);
    });
  }
});

describe("the rules:", () => {
  const block = (language, code) => `Text.\n\n\`\`\`${language}\n${code}\n\`\`\`\n`;

  test("every block of a page and of a comment is found, with its line", () => {
    assert.deepEqual(inMarkdown(block("js", "a();") + block("json", "{}") + block("ts", "b();"), "a.md"), [
      { name: "a.md:3", language: "js", code: "a();\n" },
      { name: "a.md:13", language: "ts", code: "b();\n" },
    ]);
    const comment = '/**\n * Text.\n * @example\n * ```ts\n * a(); // → 1\n * ```\n */\nexport declare function a(): void;\n/** @example { b: 1 } // note */\n/** @example c(); */\n';
    assert.deepEqual(inDeclarations(comment, "a.d.ts"), [
      { name: "a.d.ts:1", language: "ts", code: "a(); // → 1\n" },
      { name: "a.d.ts:9", language: "ts", code: "export default (\n{ b: 1 } // note\n);\n" },
      { name: "a.d.ts:10", language: "ts", code: "c();\n" },
    ]);
  });

  test("what needs a page or a framework is told by what it uses, and by nothing else", () => {
    const needs = (code, language = "js") => needsOf({ code, language });
    assert.deepEqual(needs('import { createClient } from "reelay";\nimport { join } from "node:path";\nawait relay.query("document");'), []);
    assert.deepEqual(needs("// document\nconst location = 1; task.window; ({ navigator: 1 });"), []);
    assert.deepEqual(needs("document.title = location.href;"), ["document", "location"]);
    assert.deepEqual(needs('import { Hono } from "hono";\nexport default Bun.serve(app);'), ["Bun", "hono"]);
    assert.deepEqual(needs('import { useVideoTask } from "reelay/react";', "tsx"), ["reelay/react", "JSX"]);
  });

  test("one that throws, one that breaks its promise, and one that names what is not there fail", async () => {
    const bad = (name, code) => {
      const example = { name, language: "ts", code };
      writeFileSync(join(folder, fileOf(example)), `${code}\nexport {};\n`);
      return example;
    };
    await assert.rejects(run(bad("throws", 'await relay.query("");')), /invalid_argument/);
    await assert.rejects(run(bad("foreign", 'await fetch("https://elsewhere.example/");')), /TypeError/);
    assert.equal((await run(bad("says", 'console.log((await relay.query("video_456")).status);'))).trim(), "succeeded");
    assert.deepEqual(promisesOf("console.log(1); // → one\n// two"), ["one"]);
    const said = await compile([fileOf(bad("wrong", "await relay.wiat(1);"))], true);
    assert.match(said.join("\n"), /wrong\.ts.*wiat/);
  });
});
