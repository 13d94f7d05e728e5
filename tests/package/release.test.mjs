// What a release is held to: versions that agree, and sizes within the budget.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { at } from "../../tools/lib/paths.mjs";
import { disagreements, topEntry } from "../../tools/lib/release-versions.mjs";
import { budgetFor, bundleName, measure, overBudget, sizesTable } from "../../tools/lib/sizes.mjs";
import { packageVersion } from "../../tools/lib/versions.mjs";

const folder = mkdtempSync(join(tmpdir(), "reelay-release-test-"));
const exec = promisify(execFile);
after(() => rmSync(folder, { recursive: true }));

describe("versions", () => {
  const good = { cargo: "1.2.3", lock: "1.2.3", changelog: "# Changelog\n\n## [1.2.3] - 2026-01-31\n\n## [1.2.2] - 2026-01-01\n", tag: "v1.2.3" };

  test("that agree are not complained of, with and without a tag", () => {
    assert.deepEqual(disagreements(good), []);
    assert.deepEqual(disagreements({ ...good, tag: undefined }), []);
    assert.deepEqual(disagreements({ ...good, tag: undefined, changelog: "## [1.2.3] - Unreleased\n" }), []);
  });

  for (const [what, change, told] of [
    ["another in the changelog", { changelog: "## [1.2.4] - 2026-01-31" }, /begins with 1\.2\.4, Cargo\.toml has 1\.2\.3/],
    ["a changelog without entries", { changelog: "# Changelog\n" }, /no entry/],
    ["no date", { changelog: "## [1.2.3]\n" }, /has the date ""/],
    ["a release that is unreleased", { changelog: "## [1.2.3] - Unreleased\n" }, /write the date/],
    ["another tag", { tag: "v1.2.4" }, /should be v1\.2\.3/],
    ["a tag without its v", { tag: "1.2.3" }, /should be v1\.2\.3/],
    ["another in the lock", { lock: "1.2.2" }, /cargo update/],
    ["no version", { cargo: "next", lock: "next", tag: "vnext", changelog: "## [next] - 2026-01-31" }, /is no version/],
  ]) {
    test(what, () => {
      const problems = disagreements({ ...good, ...change });
      assert.equal(problems.length, 1);
      assert.match(problems[0], told);
    });
  }

  test("the project's own agree", () => {
    const [, lock] = readFileSync(at("Cargo.lock"), "utf8").match(/^name = "reelay"\nversion = "([^"]+)"/m);
    const changelog = readFileSync(at("CHANGELOG.md"), "utf8");
    assert.deepEqual(disagreements({ cargo: packageVersion, lock, changelog }), []);
    assert.equal(topEntry(changelog).version, JSON.parse(readFileSync(at("pkg/package.json"), "utf8")).version);
  });
});

describe("sizes", () => {
  const fat = join(folder, "package");
  let sizes;
  before(async () => {
    cpSync(at("pkg"), fat, { recursive: true });
    sizes = await measure(fat, 600_000);
  });

  test("are of every script, the wasm, a client's bundle and the tarball", () => {
    for (const name of ["dist/index.mjs", "dist/index.cjs", "dist/workerd.mjs", "dist/reelay_bg.wasm", "dist/cli.mjs", bundleName]) {
      const { raw, gzip, brotli } = sizes[name];
      assert.ok(raw > gzip && gzip > brotli && brotli > 1000, name);
    }
    assert.deepEqual(sizes["the tarball"], { raw: 600_000 });
    assert.equal(sizes["dist/index.mjs"].raw, readFileSync(at("pkg/dist/index.mjs")).length);
    assert.ok(sizes[bundleName].raw < sizes["dist/index.mjs"].raw, "what is not used is left out");
  });

  test("keep a budget that was made of them, and the table shows both", () => {
    const budget = budgetFor(sizes);
    assert.deepEqual(overBudget(sizes, budget), []);
    const table = sizesTable({ a: { raw: 1234, gzip: 99, brotli: 9 } }, { a: { raw: 1300, gzip: 100, brotli: 10 } });
    assert.match(table, /^a +1_234 +1_300 +99 +100 +9 +10$/m);
  });

  test("a new budget raises what is over, lowers what has shrunk, and gives no more to what is within", () => {
    const old = { over: { raw: 1000 }, within: { raw: 1000 }, shrunk: { raw: 5000 }, gone: { raw: 1 } };
    assert.deepEqual(budgetFor({ over: { raw: 1500 }, within: { raw: 999 }, shrunk: { raw: 1000 }, fresh: { raw: 1000 } }, old), {
      over: { raw: 1600 }, within: { raw: 1000 }, shrunk: { raw: 1100 }, fresh: { raw: 1100 },
    });
  });

  test("a fat file, one without a budget and a budget without a file are told, with by how much", () => {
    const budget = { a: { raw: 100, gzip: 50 }, gone: { raw: 1 } };
    assert.deepEqual(overBudget({ a: { raw: 130, gzip: 50 }, b: { raw: 7 } }, budget), [
      "a is 130 bytes (raw), 30 more than its budget of 100",
      "b has no budget for raw: it is 7 bytes",
      "gone has a budget, and is not in the package",
    ]);
  });

  test("the command passes a tarball that keeps the budget, fails for a fat one, and takes the new sizes with --update", async () => {
    const budget = join(folder, "budget.json");
    const check = async (...args) => {
      const run = exec(process.execPath, [at("tools/release-check.mjs"), "--no-consumers", "--budget", budget, ...args], { cwd: folder });
      return run.then(({ stdout }) => ({ code: 0, said: stdout }), ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }));
    };
    const pack = async (name) => {
      await exec("tar", ["-czf", name, "package"], { cwd: folder });
      return join(folder, name);
    };
    const [lean] = [await pack("lean.tgz")];
    // The tarball of tar is not npm's: its own size is the budget's.
    writeFileSync(budget, JSON.stringify(budgetFor(await measure(fat, readFileSync(lean).length))));
    const passed = await check("--tarball", lean);
    assert.deepEqual([passed.code, /lean\.tgz may be published/.test(passed.said)], [0, true], passed.said);

    appendFileSync(join(fat, "dist/node.mjs"), `// ${"fat".repeat(2_000)}\n`);
    const failed = await check("--tarball", await pack("fat.tgz"));
    assert.equal(failed.code, 1);
    assert.match(failed.said, /dist\/node\.mjs is \d+ bytes \(raw\), \d{4} more than its budget of \d+/);
    assert.ok(!/dist\/index\.mjs is/.test(failed.said));

    assert.equal((await check("--tarball", join(folder, "fat.tgz"), "--update")).code, 0);
    assert.equal((await check("--tarball", join(folder, "fat.tgz"))).code, 0);
    const tagged = await check("--tarball", lean, "--tag", "v9.9.9");
    assert.equal(tagged.code, 1);
    assert.match(tagged.said, /the tag is v9\.9\.9/);
    assert.match((await check("--nope")).said, /--tarball FILE/);
  });

  test("the tracked budget has a row for each of them", () => {
    const budget = JSON.parse(readFileSync(at("tools/budget.json"), "utf8"));
    assert.deepEqual(Object.keys(budget).sort(), Object.keys(sizes).sort());
  });
});

test("the workflows run what is there", () => {
  const { scripts } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  for (const name of ["test", "release"]) {
    const workflow = readFileSync(at(".github/workflows", `${name}.yml`), "utf8");
    const runs = [...workflow.matchAll(/run: (.*)/g)].map(([, line]) => line);
    assert.ok(runs.length > 1);
    for (const line of runs) {
      for (const [, script] of line.matchAll(/npm run ([\w:]+)/g)) assert.ok(script in scripts, line);
      for (const [path] of line.matchAll(/(?:tools|\.ci)\/[\w./-]+/g)) assert.ok(existsSync(at(path)), line);
    }
    // Only one job may ask for an identity, and none for more than to read.
    assert.equal(workflow.match(/id-token: write/g)?.length ?? 0, name === "release" ? 1 : 0);
    assert.doesNotMatch(workflow, /(?:contents|packages|actions): write|secrets\./);
  }
});
