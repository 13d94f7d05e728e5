// A page for every format, from the Rust tables: `npm run docs` writes them into .build/docs/formats, and the reference beside them.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { at } from "./lib/paths.mjs";
import { isCommand, main, say } from "./lib/print.mjs";
import { code, table } from "./lib/markdown.mjs";
import { readTables } from "./lib/tables.mjs";
import { readReference, referenceFolder } from "./reference.mjs";
import { setupReference } from "./setup-node.mjs";

const folder = at(".build/docs/formats");

/** What calls do, in the order of a page. */
const does = {
  status: "Ask for one task", many: "Ask for several", file: "Ask for the address of the result", content: "Fetch the bytes",
  create: "Make a task", stream: "Make a task and hear of it to its end", list: "List all", delete: "Remove a task",
};
const states = ["queued", "running", "succeeded", "failed", "expired", "unknown"];

/** A call's path behind the prefix that is tried first; the method where it is not GET. */
export function pathOf({ prefixes }, call) {
  const [method, path] = call.ask.split(" ");
  return `${method === "GET" ? "" : `${method} `}${prefixes[0]}${path}`;
}

/** The calls of a format that do one of these. */
export const pathsOf = (format, ...wanted) => format.calls.filter((call) => wanted.includes(call.does)).map((call) => pathOf(format, call));

/** Its words for a state, of all its bodies. */
export const wordsOf = (format, state) => [...new Set(format.bodies.flatMap(({ words }) => words.filter(([name]) => name === state).flatMap(([, all]) => all)))];

const word = (text) => (text === "" ? "an empty word" : code(text));

/** A page in Markdown. */
export function page(format, { words, errorCodes }) {
  const { name, about, spokenBy, outputsAt, prefixes, calls, bodies, errors, codes, sources, keyHeader, headers, kinds } = format;
  const parts = [`# ${name}`, about, `**Spoken by** ${spokenBy}.`, "## Calls"];
  parts.push(table(["What for", "Call", "Where it varies"], Object.keys(does).flatMap((what) => calls.filter((call) => call.does === what).map((call) => [does[what], code(call.ask), notes(call)]))));
  parts.push(prefixes.length > 1 || prefixes[0] !== ""
    ? `Before each path stands one of ${prefixes.map((prefix) => (prefix === "" ? "nothing" : code(prefix))).join(", ")}; they are tried in this order, unless \`prefix\` says which.`
    : "The paths stand behind the base URL as they are.");
  if (kinds.length > 0) parts.push(`A task is of one of the kinds ${kinds.map(code).join(", ")}: a ref's \`kind\` names it; left out, they are tried in this order.`);
  if (keyHeader) parts.push(`The key goes into ${code(keyHeader)} as well as into \`Authorization\`.`);
  if (headers.length > 0) parts.push(`Every request has ${headers.map(([header, value]) => code(`${header}: ${value}`)).join(", ")}.`);
  parts.push("## Status words");
  const rows = states.map((state) => [code(state), wordsOf(format, state)]).filter(([, own]) => own.length > 0);
  parts.push(rows.length > 0
    ? table(["Status", "Words", "Met at"], rows.map(([state, own]) => [state, own.map(word).join(", "), sourcesOf(own, words)]))
    : "There is no word for the state; the body's shape tells.");
  parts.push("Any word of [the one table](../../../README.md#status-words) is read in every format, without regard to case.");
  parts.push("## Outputs", `${outputsAt}.`);
  parts.push("## Bodies", "What stands in braces varies. The tests read each of these bodies, and get what it is a sample of; the simulator answers with them.");
  for (const set of bodies) parts.push(...samplesOf(set, format));
  parts.push("## Errors");
  if (errors.length > 0) parts.push(table(["HTTP", "Code", "Message"], errors.map(([http, said, text]) => [String(http), said === "" ? "–" : code(said), text === "" ? "–" : text])));
  if (codes.length > 0) {
    const meaning = (code_) => errorCodes.find(({ code: known }) => known === code_).meaning;
    parts.push("Codes with a meaning of their own:", table(["Code", "Read as", "Meaning"], codes.map(([said, read]) => [code(said), code(read), meaning(read)])));
  }
  parts.push("## Sources", table(["What", "Where"], sources));
  return `${parts.join("\n\n")}\n`;
}

function notes({ body, kinds, needs }) {
  const said = [];
  if (kinds.length > 0) said.push(`\`{kind}\`: ${kinds.map(code).join(", ")}`);
  if (body !== "") said.push(`body: ${code(body)}`);
  for (const [fields, values] of needs) {
    const names = fields.split("|").map((field) => code(field.replace("@", "header "))).join(" or ");
    said.push(values === "" ? `${names} is needed` : `${names}: ${values.split("|").map(code).join(", ")}`);
  }
  return said.join("; ");
}

function sourcesOf(own, words) {
  const known = own.map((text) => words.find((row) => row.word === text.toLowerCase())?.source).filter((source) => source !== undefined);
  return [...new Set(known)].join("; ");
}

const titles = {
  created: "Made", not_found: "No such task", refused: "Refused", error: "An error", file: "The result's address", deleted: "Removed",
  ...Object.fromEntries(states.map((state) => [state, state[0].toUpperCase() + state.slice(1)])),
};

function samplesOf({ name, one, many, samples }, { bodies }) {
  const parts = bodies.length > 1 ? [`### ${name === "" ? "The usual ones" : `\`${name}\``}`] : [];
  for (const { of, http, whole, body } of samples) {
    const names = of.split(" ");
    const title = names.map((each) => titles[each] ?? (each.startsWith("=") ? code(each.slice(1)) : each.endsWith("%") ? `${titles[each.slice(0, -1)]}, with progress` : `Event: ${each.split(":")[1]}`)).join(", ");
    const isTask = !whole && names.some((each) => states.includes(each.replace("%", "")) || each.startsWith("="));
    const envelope = isTask ? one || many : "";
    parts.push(`**${title}**${http === 200 ? "" : ` (HTTP ${http})`}`, fence(within(envelope, JSON.parse(body))));
  }
  if (many !== "") parts.push("**Several**", fence(JSON.parse(many)));
  return parts;
}

function within(envelope, task) {
  if (envelope === "") return task;
  const replace = (template) => {
    if (template === "{task}") return task;
    if (template === "{tasks}") return [task];
    if (typeof template !== "object" || template === null) return template;
    return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, replace(item)]));
  };
  return replace(JSON.parse(envelope));
}

const fence = (json) => `\`\`\`json\n${JSON.stringify(json, null, 2)}\n\`\`\``;

/** Writes all pages, and one that lists them. */
export async function writeDocs(into = folder) {
  const tables = await readTables();
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  for (const format of tables.formats) writeFileSync(join(into, `${format.name}.md`), page(format, tables));
  const rows = tables.formats.map(({ name, spokenBy, outputsAt }) => [`[${name}](${name}.md)`, spokenBy, outputsAt]);
  writeFileSync(join(into, "README.md"), `# Formats\n\n${table(["Format", "Spoken by", "Where the outputs are"], rows)}\n`);
  return tables.formats.length;
}

if (isCommand(import.meta.url)) {
  await main(async () => {
    await build();
    await setupReference();
    say(`docs: ${await writeDocs()} formats in ${folder}`);
    const { write } = await readReference();
    say(`docs: the reference of ${await write()} entries in ${referenceFolder}`);
  });
}
