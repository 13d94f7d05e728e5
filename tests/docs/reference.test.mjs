// Every symbol that users can import is documented: what it is, its unit, range and default, its errors, an example.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { entries } from "../../tools/build-entries.mjs";
import { at } from "../../tools/lib/paths.mjs";
import { readReference } from "../../tools/reference.mjs";

mkdirSync(at(".build/docs"), { recursive: true });
const folder = mkdtempSync(at(".build/docs/test-"));
after(() => rmSync(folder, { recursive: true }));

test("the declarations leave nothing unsaid, and each entry has its pages", async () => {
  const { problems, write } = await readReference();
  assert.deepEqual(problems, []);
  assert.equal(await write(join(folder, "pages")), entries.length);
  for (const { subpath } of entries) {
    const page = join(folder, "pages/modules", `reelay${subpath.slice(1)}.html`.replaceAll("/", "_"));
    assert.ok(existsSync(page), page);
  }
  const page = readFileSync(join(folder, "pages/interfaces/reelay.WaitOptions.html"), "utf8");
  for (const said of ["Polls in a row that may fail", "0 to 1_000_000"]) assert.ok(page.includes(said), said);
});

describe("what is unsaid is told:", () => {
  let problems;
  /** In a copy of the declarations: each change takes one thing away, and what is then told names it. */
  const changes = [
    ["task-types.d.ts", "    /** One of six words, whatever the relay's own is. */\n", "", /Task\.status .*does not have any documentation/],
    ["task-types.d.ts", "ms since 1970: from then on", "From then on", /Task\.expiresAt is a number without a unit/],
    ["types.d.ts", "@defaultValue 30_000\n     */\n    timeoutMs", "@defaultValue 31_000\n     */\n    timeoutMs", /ClientOptions\.timeoutMs has the default 30_000, and its comment says 31_000/],
    ["types.d.ts", "0 to 1_000_000", "0 to 1_000", /WaitOptions\.failures does not name its range, 0 to 1_000_000/],
    ["types.d.ts", "     * @defaultValue `\"video\"`\n", "", /DownloadOptions\.variant does not tell its default/],
    ["types.d.ts", "`task_expired`, `wait_timeout`", "`task_gone`, `wait_timeout`", /Client\.wait\(\) names task_gone, which is no error code/],
    ["preload.d.ts", /@throws [^]*?(?= \* @example)/, "\n", /preload\(\) has no @throws/],
    ["read.d.ts", /@example[^]*?\*\//, "\n */", /readTask\(\) has no @example/],
    ["error.d.ts", "{@link ReelayError} of any copy", "{@link ReelayErorr} of any copy", /Failed to resolve link to "ReelayErorr"/],
    ["node.d.ts", "export interface Saved ", "export {};\ninterface Saved ", /Saved, defined in .* is referenced by .* but not included/],
  ];

  before(async () => {
    const dist = join(folder, "dist");
    cpSync(at("pkg/dist"), dist, { recursive: true, filter: (path) => !/\.(c?js|mjs|wasm)$/.test(path) });
    for (const [file, from, to] of changes) {
      const path = join(dist, file);
      const text = readFileSync(path, "utf8");
      const changed = text.replace(from, to);
      assert.notEqual(changed, text, `${file} has nothing like ${from}`);
      writeFileSync(path, changed);
    }
    assert.ok(readdirSync(dist).length > 20);
    ({ problems } = await readReference(dist));
  });

  for (const [, , , told] of changes) {
    test(String(told), () => assert.ok(problems.some((problem) => told.test(problem)), problems.join("\n")));
  }
  test("and nothing else", () => assert.equal(problems.length, changes.length, problems.join("\n")));
});
