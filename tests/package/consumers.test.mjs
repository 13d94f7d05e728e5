// The consumers' runner notices what fails, ends what hangs, and their tools are pinned.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createClient, isReelayError, ReelayError } from "../../pkg/dist/index.mjs";
import { attempt } from "../consumers/lib/attempt.mjs";
import { calls } from "../consumers/lib/copied/calls.mjs";
import { programOf, programs } from "../consumers/lib/program.mjs";
import { startRelay } from "../consumers/lib/relay.mjs";
import { consumers, rowsOf } from "../consumers/lib/table.mjs";

describe("an attempt", () => {
  /** What came of it, and what it told. */
  async function trying(work, limitMs = 60_000) {
    const told = [];
    const { result } = await attempt("a consumer", limitMs, work, (text) => told.push(text));
    return { result, told: told.join("\n") };
  }

  test("passes in silence", async () => {
    assert.deepEqual(await trying(({ log }) => log("not told")), { result: "passed", told: "" });
  });

  test("tells why it failed and what was said until then", async () => {
    const { result, told } = await trying(({ log }) => {
      log("about to fail");
      throw new Error("for this reason");
    });
    assert.equal(result, "FAILED");
    assert.match(told, /a consumer: FAILED\nabout to fail\nError: for this reason/);
  });

  test("fails with a program that fails, and tells what it printed", async () => {
    const { result, told } = await trying(async ({ log, signal }) => {
      await programs({ folder: ".", log, signal }).run(process.execPath, ["-e", "console.log('some words'); process.exit(3)"]);
    });
    assert.equal(result, "FAILED");
    assert.match(told, /some words[^]*exit code 3/);
  });

  test("that is over has ended what it started, and in what order it was asked to", async () => {
    const ends = [];
    let pid;
    const { result } = await trying(async ({ log, signal, after }) => {
      after(() => ends.push("first"));
      after(() => ends.push("second"));
      const { start } = programs({ folder: ".", log, signal });
      // A server that has one of its own.
      const script = "const { spawn } = require('node:child_process'); const own = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']); console.log(`own ${own.pid}`); setInterval(() => {}, 1e6)";
      [, pid] = await start(process.execPath, ["-e", script], /own (\d+)/);
    });
    assert.deepEqual([result, ends], ["passed", ["second", "first"]]);
    const runs = () => {
      try {
        process.kill(Number(pid), 0);
        // A zombie is one that has ended, where nobody asks for its end.
        const stat = `/proc/${pid}/stat`;
        return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
      } catch {
        return false;
      }
    };
    while (runs()) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test("that hangs ends at its limit, its programs too", async () => {
    let ended;
    const { result, told } = await trying(({ log, signal }) => {
      ended = programs({ folder: ".", log, signal }).run(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);
      return ended;
    }, 300);
    assert.equal(result, "FAILED");
    assert.match(told, /not done within 0.3 s/);
    await assert.rejects(ended, /ended by SIGKILL/);
  });

  test("fails where an end fails, and makes the others all the same", async () => {
    const ends = [];
    const { result, told } = await trying(({ after }) => {
      after(() => ends.push("still"));
      after(() => {
        throw new Error("would not close");
      });
    });
    assert.deepEqual([result, ends], ["FAILED", ["still"]]);
    assert.match(told, /would not close/);
  });
});

test("a server that ends before it is up is told of", async () => {
  const { signal } = new AbortController();
  const { start } = programs({ folder: ".", log() {}, signal });
  await assert.rejects(start(process.execPath, ["-e", "0"], /up at/), /ended without saying/);
});

test("a tool's program is found in this system's package, or named where npm brings none", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "reelay-tool-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const suffix = process.platform === "win32" ? ".exe" : "";
  for (const tool of ["@tools/here-x64", "tool-here-x64"]) {
    mkdirSync(join(folder, "node_modules", tool, "bin"), { recursive: true });
    writeFileSync(join(folder, "node_modules", tool, `bin/tool${suffix}`), "");
  }
  assert.equal(programOf(folder, "@tools", "bin/tool"), join(folder, `node_modules/@tools/here-x64/bin/tool${suffix}`));
  assert.equal(programOf(folder, "tool-", "bin/tool"), join(folder, `node_modules/tool-here-x64/bin/tool${suffix}`));
  for (const scope of ["@tools", "@other", "other-"]) assert.throws(() => programOf(folder, scope, "bin/other"), /npm brings no bin\/other for/);
});

test("a report and the requests are held against what must be", async (t) => {
  const relay = await startRelay();
  t.after(() => relay.close());
  const report = await calls({ createClient, isReelayError, ReelayError }, relay.url);
  const seen = [...relay.requests];
  const asked = (requests) => relay.requests.splice(0, Infinity, ...requests);
  relay.check(report);

  const wrong = {
    "a short video": { ...report, bytes: report.bytes - 1 },
    "an abort that did not reject with its reason": { ...report, aborted: { ...report.aborted, wait: false } },
    "another class of errors": { ...report, error: { ...report.error, class: false } },
  };
  for (const [name, other] of Object.entries(wrong)) {
    asked(seen);
    assert.throws(() => relay.check(other), { name: "AssertionError" }, name);
  }
  for (const [name, requests] of Object.entries({
    "a request more": [...seen, seen[0]],
    "a request less": seen.slice(1),
    "the key at the second origin": seen.map((request) => ({ ...request, key: true })),
  })) {
    asked(requests);
    assert.throws(() => relay.check(report), { name: "AssertionError" }, name);
  }
  asked(seen);
  relay.check(report);
});

describe("the folders of the consumers", () => {
  for (const consumer of consumers()) {
    const { name, source, about, versions } = consumer;
    test(`${name}: exact versions, a lock without hosts, rows to run`, async () => {
      const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
      const text = readFileSync(join(source, "package-lock.json"), "utf8");
      const { "": locked, ...packages } = JSON.parse(text).packages;
      const fields = ["dependencies", "devDependencies", "optionalDependencies"];
      // A tool of two versions has another name for one of them: npm:NAME@VERSION.
      const all = Object.entries(Object.assign({}, ...fields.map((field) => manifest[field]))).map(([tool, version]) => [tool, version.replace(/^npm:.+@/, "")]);
      for (const [tool, version] of all) assert.match(version, /^\d+\.\d+\.\d+$/, `${tool}: pin an exact version`);
      for (const field of fields) assert.deepEqual(locked[field], manifest[field], "write the lock anew: npm install --package-lock-only --omit-lockfile-registry-resolved");
      for (const [tool, version] of all) assert.equal(packages[`node_modules/${tool}`].version, version);
      assert.doesNotMatch(text, /"resolved"/, "write the lock with --omit-lockfile-registry-resolved");
      // Of programs for another system npm may leave out what its registry does not have, and then refuses its own lock.
      for (const { optionalDependencies = {} } of Object.values(packages)) {
        for (const other of Object.keys(optionalDependencies)) assert.ok(Object.keys(packages).some((path) => path.endsWith(`node_modules/${other}`)), `${other} is missing in the lock`);
      }
      // The tarball is installed by the runner: a lock would name one build of it.
      assert.ok(!all.some(([tool]) => tool === "reelay") && !("node_modules/reelay" in packages));
      assert.ok(about && !about.endsWith("."), "package.json needs a description, which the README shows");
      assert.equal(versions.length, new Set(versions).size);
      const rows = await rowsOf(consumer);
      assert.ok(rows.length > 0 && rows.every(({ work, limitMs }) => typeof work === "function" && limitMs > 0));
    });
  }

  test("are there at all", () => assert.ok(consumers().length > 10));
});
