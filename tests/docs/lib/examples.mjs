// The examples of the documentation: where they stand, and what each needs to run.
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { entries } from "../../../tools/build-entries.mjs";
import { at } from "../../../tools/lib/paths.mjs";

const fence = /^[ \t]*```(js|mjs|ts|tsx|jsx)\b[^\n]*\n([^]*?)^[ \t]*```$/gm;
const lineOf = (text, index) => text.slice(0, index).split("\n").length;

/** Those of a page: every block in JavaScript or TypeScript. */
export function inMarkdown(text, file) {
  return [...text.matchAll(fence)].map(({ 1: language, 2: code, index }) => ({ name: `${file}:${lineOf(text, index)}`, language, code }));
}

/** What `@example` holds without a fence: statements, or the object that a type describes. */
const unfenced = (code) => ({ language: /<\/|\/>/.test(code) ? "tsx" : "ts", code: /^[{[]/.test(code) ? `export default (\n${code}\n);\n` : `${code}\n` });

/** Those of declarations: every block in a comment. */
export function inDeclarations(text, file) {
  return [...text.matchAll(/\/\*\*([^]*?)\*\//g)].flatMap(({ 1: comment, index }) => {
    const plain = comment.replaceAll(/^[ \t]*\* ?/gm, "");
    const name = `${file}:${lineOf(text, index)}`;
    const fenced = inMarkdown(plain, file).map((example) => ({ ...example, name }));
    const bare = [...plain.matchAll(/^[ \t]*@example\b([^]*?)(?=^[ \t]*@|(?![^]))/gm)].map(([, code]) => code.trim()).filter((code) => code !== "" && !code.includes("```"));
    return [...fenced, ...bare.map((code) => ({ name, ...unfenced(code) }))];
  });
}

const markdownFiles = () => [
  ...readdirSync(at()).filter((name) => name.endsWith(".md")),
  "pkg-template/README.md",
  ...readdirSync(at("docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];

/** Every example of the project, with what it needs; numbered where one place has several. */
export function allExamples() {
  const dist = at("pkg/dist");
  const found = [
    ...markdownFiles().flatMap((file) => inMarkdown(readFileSync(at(file), "utf8"), file)),
    ...readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".d.ts")).sort()
      .flatMap((name) => inDeclarations(readFileSync(join(dist, name), "utf8"), name)),
  ];
  const seen = new Map();
  return found.map((example) => {
    const times = (seen.get(example.name) ?? 0) + 1;
    seen.set(example.name, times);
    return { ...example, name: times > 1 ? `${example.name}#${times}` : example.name, needs: needsOf(example) };
  });
}

/** What is no text of the example's and no comment. */
const bare = (code) => code.replaceAll(/\/\/[^\n]*|\/\*[^]*?\*\//g, "").replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');

export const importsOf = (code) =>
  [...code.matchAll(/(?:^[ \t]*import\b[^"'`;]*?|\bfrom\s*|\bimport\(\s*|\brequire\(\s*)["']([^"']+)["']/gm)].map(([, name]) => name);

const packageOf = (name) => name.split("/").slice(0, name.startsWith("@") ? 2 : 1).join("/");
/** Entries that work in a page, or for a framework, only. */
const elsewhere = new Set(entries.filter(({ name, peers }) => peers || name === "browser").map(({ subpath }) => `reelay${subpath.slice(1)}`));

/**
 * What an example needs that Node and the simulator have not: another host's global, a framework, a file of the reader's. Empty: it is run. One
 * with needs is compiled all the same.
 */
export function needsOf({ code, language }) {
  const text = bare(code);
  const globals = ["document", "window", "location", "navigator", "Deno", "Bun", "caches"]
    .filter((name) => new RegExp(`(?<![.\\w$])${name}\\b(?!\\s*:)`).test(text) && !new RegExp(`\\b(?:const|let|var)\\s+${name}\\b`).test(text));
  const modules = importsOf(code).filter((name) => {
    // A file of the reader's, or what only a bundler takes.
    if (name.startsWith(".") || /\?|\.wasm$/.test(name)) return true;
    if (name.startsWith("node:") || builtinModules.includes(name)) return false;
    return packageOf(name) !== "reelay" || elsewhere.has(name);
  });
  return [...globals, ...modules, ...(/sx$/.test(language) ? ["JSX"] : [])];
}

/** What `console.log(...); // → text` promises. */
export const promisesOf = (code) => [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text]) => text.trim());
