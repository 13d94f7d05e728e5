// The pages of the formats say all that the tables hold, and the guide to a new format names what is there.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { formats as names } from "../../pkg/dist/index.mjs";
import { page, writeDocs } from "../../tools/docs.mjs";
import { at } from "../../tools/lib/paths.mjs";
import { readTables } from "../../tools/lib/tables.mjs";

const tables = await readTables();
const folder = mkdtempSync(join(tmpdir(), "reelay-docs-"));
before(() => writeDocs(folder));
after(() => rmSync(folder, { recursive: true }));

const text = (name) => readFileSync(join(folder, name), "utf8");

test("there is a page for every format, and one that leads to them", () => {
  assert.deepEqual(readdirSync(folder).sort(), ["README.md", ...names.map((name) => `${name}.md`)].sort());
  for (const name of names) assert.ok(text("README.md").includes(`](${name}.md)`), name);
});

describe("a page", () => {
  for (const format of tables.formats) {
    test(format.name, () => {
      const written = text(`${format.name}.md`);
      const has = (what) => assert.ok(written.includes(what.replaceAll("|", "\\|")), `${format.name}.md lacks ${what}`);
      has(format.about);
      for (const { ask } of format.calls) has(`\`${ask}\``);
      for (const prefix of format.prefixes) has(prefix);
      for (const { words } of format.bodies) for (const [, all] of words) for (const word of all) has(word);
      for (const [what, where] of format.sources) assert.ok(written.includes(`| ${what} | ${where} |`), what);
      for (const [http, code, message] of format.errors) { has(String(http)); has(code); has(message); }
      const bodies = [...written.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, json]) => JSON.stringify(JSON.parse(json)));
      for (const { samples } of format.bodies) {
        for (const { body } of samples) {
          const compact = JSON.stringify(JSON.parse(body));
          assert.ok(bodies.some((each) => each.includes(compact)), `${format.name}.md lacks ${compact}`);
        }
      }
      assert.ok(!/undefined|\[object/.test(written));
    });
  }

  test("changes with its table", () => {
    const [format] = tables.formats;
    const before = page(format, tables);
    for (const change of [{ about: "Else." }, { calls: [] }, { bodies: [] }, { errors: [] }, { sources: [] }, { outputsAt: "else" }, { prefixes: ["/else"] }]) {
      assert.notEqual(page({ ...format, ...change }, tables), before, JSON.stringify(change));
    }
  });
});

test("the type Format names every format of the table", () => {
  const [, union] = readFileSync(at("pkg-template/src/task-types.ts"), "utf8").match(/^export type Format =([^;]*);/m);
  assert.deepEqual([...union.matchAll(/"([\w-]+)"/g)].map(([, name]) => name), [...names]);
});

test("the guide to a new format names files and scripts that are there", () => {
  const guide = readFileSync(at("docs/add-a-format.md"), "utf8");
  const paths = [...guide.matchAll(/(?:src|tests|tools|pkg-template)\/[\w./-]+\.(?:rs|ts|mjs)/g)].map(([path]) => path);
  assert.ok(paths.length > 10);
  for (const path of paths.filter((each) => !each.includes("lumiere"))) assert.ok(existsSync(at(path)), path);
  const { scripts } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  for (const [, script] of guide.matchAll(/npm run (\w+)/g)) assert.ok(script in scripts, script);
  for (const [file, name] of [["src/format/mod.rs", "Spec"], ["src/format/mod.rs", "TABLE"], ["src/format/doc.rs", "Sample"], ["tests/core/vendors.rs", "FOLDERS"], ["tests/core/tables.rs", "PATHS"]]) {
    assert.ok(guide.includes(name) && readFileSync(at(file), "utf8").includes(name), `${file}: ${name}`);
  }
});
