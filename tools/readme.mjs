// The tables in both READMEs, from the Rust tables and the folders of tests/consumers. `node tools/readme.mjs` writes them; `--check` only says whether they are right.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { pathsOf, wordsOf } from "./docs.mjs";
import { consumers } from "../tests/consumers/lib/table.mjs";
import { code, number, table, withBlock } from "./lib/markdown.mjs";
import { at } from "./lib/paths.mjs";
import { isCommand, main, Problem, say } from "./lib/print.mjs";
import { readTables } from "./lib/tables.mjs";

/** Each README, with the blocks it must have. */
export const readmes = {
  "README.md": ["settings", "errors", "formats", "words", "consumers"],
  "pkg-template/README.md": ["settings-short", "errors-short"],
};

const valueOf = ({ default: value, unit }) => (value === null ? "off" : `${number(value)} ${unit}`);
// A wait is what these begin, too.
const callsOf = { wait: "`wait`, `watch`, `step`, `all`" };
const nameOf = ({ of }) => callsOf[of] ?? code(of);

const readings = {
  queued: "accepted, not begun",
  running: "being made",
  succeeded: "final: finished",
  failed: "final: ended without a result",
  expired: "final: the result is gone",
};

/** What stands between `<!-- name -->` and `<!-- /name -->`, by name. */
const blocks = {
  settings: ({ settings }) =>
    table(
      ["Option", "Of", "Default", "Range", "What it sets"],
      settings.map((row) => [code(row.name), nameOf(row), valueOf(row), `${number(row.min)} to ${number(row.max)}`, row.about]),
    ),
  "settings-short": ({ settings }) =>
    table(["Option", "Of", "Default", "What it sets"], settings.map((row) => [code(row.name), nameOf(row), valueOf(row), row.about])),
  errors: ({ errorCodes }) =>
    table(["Code", "Meaning", "What to do"], errorCodes.map((row) => [code(row.code), row.meaning, row.hint])),
  "errors-short": ({ errorCodes }) => table(["Code", "Meaning"], errorCodes.map((row) => [code(row.code), row.meaning])),
  formats: ({ formats }) =>
    table(
      ["Format", "Asked at", "Made at", "Its words", "Where the outputs are", "Spoken by"],
      formats.map((row) => [
        code(row.name),
        pathsOf(row, "status", "many", "file", "content").map(code).join(", "),
        pathsOf(row, "create", "stream").map((path) => code(path.replace("POST ", ""))).join(", "),
        Object.keys(readings).flatMap((state) => wordsOf(row, state)).map((word) => (word === "" ? "an empty word" : code(word))).join(" "),
        row.outputsAt,
        row.spokenBy,
      ]),
    ),
  words: ({ words }) => {
    const unread = words.find(({ status }) => !(status in readings));
    if (unread) throw new Problem(`tools/readme.mjs has no reading for the status ${unread.status}`);
    const wordsOf = (status) => words.filter((row) => row.status === status).map(({ word }) => (word === "" ? "an empty word" : code(word)));
    return table(
      ["Status", "Meaning", "The relays' words for it"],
      Object.entries(readings).map(([status, meaning]) => [code(status), meaning, wordsOf(status).join(", ")]),
    );
  },
  consumers: ({ consumers }) => table(["Consumer", "With", "What is run"], consumers.map((row) => [code(row.name), row.versions.join(", ") || "the machine's Node or browsers", row.about])),
};

/** All that the tables are made from: the crate's, and the consumers' folders. */
export const readSources = async () => ({ ...(await readTables()), consumers: consumers() });

/** A README with its blocks as the tables say; refused where a block is missing. */
export function render(text, names, tables) {
  return names.reduce((rendered, name) => withBlock(rendered, name, blocks[name](tables)), text);
}

if (isCommand(import.meta.url)) {
  await main(async () => {
    const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
    const tables = await readSources();
    const stale = Object.entries(readmes).flatMap(([file, names]) => {
      const text = readFileSync(at(file), "utf8");
      const rendered = render(text, names, tables);
      if (rendered === text) return [];
      if (!values.check) writeFileSync(at(file), rendered);
      return [file];
    });
    if (!values.check) say(stale.length > 0 ? `readme: wrote ${stale.join(", ")}` : "readme: nothing to do");
    else if (stale.length > 0) throw new Problem(`The tables in ${stale.join(" and ")} differ from what they are made from: run "node tools/readme.mjs"`);
  });
}
