// What TypeDoc does not ask of a declaration: units, defaults, errors, examples; and that numbers are those of the crate.
import { number } from "./markdown.mjs";

/** Of TypeDoc's reflections. */
const kinds = { function: 64, property: 1024, method: 2048 };
/** What a number can be of. */
const units = /\b(ms|milliseconds|seconds?|bytes?|pixels|tasks?|polls?|times|attempts|requests|status answers|index|HTTP status|port|version|fraction)\b|\b0\.\.1\b/i;
/** What may fail later than its call: a promise, or something to be read. */
const later = ["Promise", "AsyncIterable", "AsyncIterator", "AsyncGenerator", "ReadableStream", "Download"];
/** The options of which call a setting belongs to. */
const optionsOf = { createClient: "ClientOptions", wait: "WaitOptions", download: "DownloadOptions", create: "CreateOptions" };

const textOf = (parts = []) => parts.map(({ text }) => text).join("");
const tags = (reflection, tag) => (reflection.comment?.blockTags ?? []).filter((each) => each.tag === tag).map(({ content }) => textOf(content));
const summary = (reflection) => textOf(reflection.comment?.summary);
/** A tag of its own, or a sentence: "Default 65 536." */
const defaultOf = (reflection) => (tags(reflection, "@defaultValue")[0] ?? summary(reflection).match(/\bDefault:? (.*)/s)?.[1])?.trim();
const holds = (type, test) => type !== undefined && (test(type) || (type.types ?? []).some((each) => holds(each, test)));
const isNumber = (type) => holds(type, ({ type: is, name }) => is === "intrinsic" && name === "number");

/** Every reflection with the names that lead to it; what stands inside a parameter is its function's to tell. */
function* walk(reflection, path = []) {
  for (const child of reflection.children ?? []) {
    const names = [...path, child.name];
    yield { reflection: child, path: names, name: names.join("."), parent: reflection };
    yield* walk(child, names);
    yield* walk(literalsOf(child.type), names);
  }
}

/** The fields of the type literals that a type is made of, null and unions looked through. */
function literalsOf(type) {
  if (type === undefined) return {};
  const own = type.declaration?.children ?? [];
  const inner = (type.types ?? []).flatMap((each) => literalsOf(each).children ?? []);
  return { children: [...own, ...inner] };
}

/** What the project leaves unsaid, one sentence each. */
export function unsaid(project, { settings, errorCodes }) {
  const problems = [];
  const codes = errorCodes.map(({ code }) => code);
  const named = new Set();
  const all = [...walk(project)];
  for (const { reflection, path, name } of all) {
    if (reflection.kind === kinds.property) {
      if (isNumber(reflection.type) && !units.test(summary(reflection))) problems.push(`${name} is a number without a unit`);
      const inOptions = path.slice(0, -1).some((each) => each.endsWith("Options"));
      const isSignal = reflection.type?.name === "AbortSignal";
      if (inOptions && reflection.flags?.isOptional && !isSignal && !defaultOf(reflection)) problems.push(`${name} does not tell its default`);
    }
    if (reflection.kind !== kinds.function && reflection.kind !== kinds.method) continue;
    for (const signature of reflection.signatures ?? []) {
      if (!tags(signature, "@example").some((text) => text.includes("```"))) problems.push(`${name}() has no @example`);
      const throws = tags(signature, "@throws");
      if (later.includes(signature.type?.name) && throws.length === 0) problems.push(`${name}() has no @throws`);
      for (const text of throws) {
        const words = [...text.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, word]) => word);
        for (const word of words) {
          if (codes.includes(word)) named.add(word);
          else if (word.includes("_")) problems.push(`${name}() names ${word}, which is no error code`);
        }
      }
    }
  }
  for (const code of codes) if (!named.has(code)) problems.push(`no @throws names ${code}`);
  for (const row of settings) {
    const of = `${optionsOf[row.of]}.${row.name}`;
    const found = all.find(({ name }) => name === of || name.endsWith(`.${of}`))?.reflection;
    if (!found) { problems.push(`${of} is not declared`); continue; }
    const value = row.default === null ? "off" : number(row.default);
    const said = defaultOf(found) ?? "nothing";
    if (!new RegExp(`^${value}(?![\\d_.])`).test(said)) problems.push(`${of} has the default ${value}, and its comment says ${said}`);
    const range = `${number(row.min)} to ${number(row.max)}`;
    if (!summary(found).includes(range)) problems.push(`${of} does not name its range, ${range}`);
    if (!new RegExp(`\\b${row.unit}\\b`, "i").test(summary(found))) problems.push(`${of} does not name its unit, ${row.unit}`);
  }
  return problems;
}
