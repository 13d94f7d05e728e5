// The package as it is installed: every entry resolves, the copies agree, and importing does no work.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as esm from "../../pkg/dist/index.mjs";
import { json, relay, task } from "./lib/relay.mjs";

const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
const manifest = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
const cjs = createRequire(import.meta.url)("../../pkg/dist/index.cjs");
const folder = mkdtempSync(join(tmpdir(), "reelay-entries-"));

before(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(pkg, join(folder, "node_modules/reelay"), "dir");
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
});
after(() => rmSync(folder, { recursive: true }));

/** Runs a script in the consumer's folder; what it prints as JSON is the result. */
async function run(name, script, flags = []) {
  writeFileSync(join(folder, name), script);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, name], { cwd: folder, timeout: 30_000 });
  assert.equal(stderr, "", "no warning");
  return JSON.parse(stdout);
}

const NAMES = ["ReelayError", "createClient", "formats", "isReelayError", "parseTaskRef", "preload", "readTask", "readTasks"];

/** Everything that would be work, told when it is the package that does it: Node has a WebAssembly of its own. */
const traps = `
  const touched = [];
  const touch = (name) => /[/]dist[/](index|workerd)[.]/.test(new Error().stack) && touched.push(name);
  for (const name of ["instantiate", "instantiateStreaming", "compile", "compileStreaming", "Module", "Instance", "Memory"]) {
    const real = WebAssembly[name];
    WebAssembly[name] = function (...args) { touch("WebAssembly." + name); return new.target ? new real(...args) : real.apply(this, args); };
    WebAssembly[name].prototype = real.prototype;
  }
  for (const name of ["fetch", "atob", "setTimeout", "setInterval", "queueMicrotask"]) {
    const real = globalThis[name];
    globalThis[name] = (...args) => { touch(name); return real(...args); };
  }
  const { DecompressionStream: Real } = globalThis;
  globalThis.DecompressionStream = class extends Real { constructor(...args) { super(...args); touch("DecompressionStream"); } };
`;

describe("entries", { concurrency: 2 }, () => {
  test("import and require give the same names", () => {
    assert.deepEqual(Object.keys(esm).sort(), NAMES);
    assert.deepEqual(
      Object.keys(cjs)
        .filter((name) => name !== "default" && name !== "__esModule")
        .sort(),
      NAMES,
    );
    for (const name of NAMES) assert.equal(typeof cjs[name], typeof esm[name]);
  });

  test("each copy works by itself, and knows the other's errors", async (t) => {
    const { url } = await relay(t, () => json(task("queued")));
    assert.notEqual(cjs.createClient, esm.createClient);
    for (const [one, other] of [
      [esm, cjs],
      [cjs, esm],
    ]) {
      const client = one.createClient({ baseUrl: url });
      const found = await client.query("a");
      assert.equal(found.status, "queued");
      assert.equal((await other.createClient({ baseUrl: url }).query(found.ref)).status, "queued");
      const error = await client.query("").catch((reason) => reason);
      assert.ok(error instanceof one.ReelayError && !(error instanceof other.ReelayError));
      assert.ok(one.isReelayError(error) && other.isReelayError(error));
      assert.equal((await one.readTask(task("queued"))).status, "queued");
    }
  });

  test('import("reelay")', async () => {
    const result = await run(
      "import.mjs",
      `
      import * as reelay from "reelay";
      import { mockRelay } from "reelay/testing";
      import { serve } from "reelay/testing/node";
      const read = await reelay.readTask({ id: "a", status: "queued" });
      console.log(JSON.stringify({ names: Object.keys(reelay).sort(), status: read.status, at: import.meta.resolve("reelay"), testing: [typeof mockRelay, typeof serve] }));
    `,
    );
    assert.deepEqual([result.names, result.status, result.testing], [NAMES, "queued", ["function", "function"]]);
    assert.match(result.at, /\/dist\/index\.mjs$/);
  });

  for (const [what, flags, file] of [
    ["where require takes ES modules", [], null],
    ["where it does not", ["--no-experimental-require-module"], "index.cjs"],
  ]) {
    test(`require("reelay") ${what}`, async () => {
      const result = await run(
        `require${flags.length}.cjs`,
        `
        const reelay = require("reelay");
        const { mockRelay } = require("reelay/testing");
        const { serve } = require("reelay/testing/node");
        reelay.readTask({ id: "a", status: "queued" }).then(({ status }) => console.log(JSON.stringify({
          names: Object.keys(reelay).filter((name) => name !== "default" && name !== "__esModule").sort(), status, at: require.resolve("reelay"), testing: [typeof mockRelay, typeof serve],
          version: require("reelay/package.json").version,
        })));
      `,
        [...flags, ...(process.allowedNodeEnvironmentFlags.has("--disable-warning") ? ["--disable-warning=ExperimentalWarning"] : [])],
      );
      assert.deepEqual(
        [result.names, result.status, result.testing, result.version],
        [NAMES, "queued", ["function", "function"], manifest.version],
      );
      if (file) assert.ok(result.at.endsWith(file), result.at);
    });
  }

  test("nothing else of the package can be reached", async () => {
    const result = await run(
      "inside.mjs",
      `
      const ends = [];
      for (const path of ["reelay/dist/index.mjs", "reelay/dist/workerd.mjs", "reelay/testing.mjs", "reelay/dist/cli.mjs"]) ends.push(await import(path).then(() => "reached", ({ code }) => code));
      console.log(JSON.stringify(ends));
    `,
    );
    assert.deepEqual([...new Set(result)], ["ERR_PACKAGE_PATH_NOT_EXPORTED"]);
  });

  for (const [name, load] of [
    ["index.mjs", (path) => `await import(${path})`],
    ["index.cjs", (path) => `require(${path})`],
  ]) {
    test(`${name}: importing, and making a client, does no work; the first call does`, async () => {
      const path = JSON.stringify(join(pkg, "dist", name));
      const result = await run(
        `lazy-${name}.cjs`,
        `(async () => {
          ${traps}
          const reelay = ${load(path)};
          const client = reelay.createClient({ baseUrl: "https://relay.example", apiKey: "sk-test" });
          client.download("a").stream();
          client.watch("a")[Symbol.asyncIterator]();
          client.all(["a"]);
          reelay.parseTaskRef({ id: "a", format: "openai-videos", baseUrl: "https://relay.example" });
          await null;
          const lazily = [...touched];
          await reelay.readTask({ id: "a", status: "queued" });
          console.log(JSON.stringify({ lazily, then: touched.filter((name) => name.startsWith("WebAssembly")).length }));
        })();
      `,
      );
      assert.deepEqual(result.lazily, []);
      assert.ok(result.then > 0, "the traps work");
    });
  }

  for (const [host, setUp, streams] of [
    ["Node", "", 0],
    ["a host that has only the web's means", "process.getBuiltinModule = undefined;", 1],
  ]) {
    test(`the core starts once, however many calls come at once; preload() is the same start: ${host}`, async () => {
      const result = await run(
        `once-${streams}.mjs`,
        `${traps}
        ${setUp}
        const { createClient, preload, readTask } = await import("reelay");
        const fetch = async () => new Response('{"id":"a","status":"queued"}');
        const clients = [1, 2, 3].map(() => createClient({ baseUrl: "https://relay.example", fetch }));
        await Promise.all([preload(), preload(), ...clients.map((client) => client.query("a")), readTask({ id: "a", status: "queued" })]);
        await preload();
        console.log(JSON.stringify(["WebAssembly.compile", "WebAssembly.Instance", "DecompressionStream"].map((of) => touched.filter((name) => name === of).length)));
      `,
      );
      assert.deepEqual(result, [1, 1, streams]);
    });
  }

  test("a process that has nothing left to do ends by itself", async (t) => {
    const { url } = await relay(t, () => json(task("completed")));
    assert.equal(
      await run(
        "ends.mjs",
        `
      import { createClient } from "reelay";
      const client = createClient({ baseUrl: ${JSON.stringify(url)} });
      await client.wait("a");
      for await (const _ of client.watch("a")) break;
      console.log("1");
    `,
      ),
      1,
    );
  });

  test("the global scope and prototypes are left alone", async () => {
    const result = await run(
      "globals.mjs",
      `
      await fetch("data:,");
      const keys = () => [globalThis, Object.prototype, Array.prototype, Promise.prototype, Error.prototype].map((of) => Reflect.ownKeys(of).map(String));
      const before = JSON.stringify(keys());
      const { readTask } = await import("reelay");
      await readTask({ id: "a", status: "queued" });
      console.log(JSON.stringify(before === JSON.stringify(keys())));
    `,
    );
    assert.equal(result, true);
  });
});

test("every path of the manifest exists, and types stand first in each condition", () => {
  const paths = [manifest.main, manifest.module, manifest.types];
  const visit = (entry) => {
    if (typeof entry === "string") return paths.push(entry);
    if ("types" in entry) assert.equal(Object.keys(entry)[0], "types");
    for (const inner of Object.values(entry)) visit(inner);
  };
  visit(manifest.exports);
  assert.ok(paths.length > 20);
  for (const path of paths) assert.ok(existsSync(join(pkg, path)), path);
  assert.deepEqual(Object.keys(manifest.exports), [
    ".", "./slim", "./proxy", "./node", "./browser", "./react", "./testing", "./testing/node", "./core.wasm", "./package.json",
  ]);
  assert.deepEqual(manifest.dependencies ?? {}, {});
  assert.equal(manifest.sideEffects, false);
});

test("reelay/node shares the core and the errors of the main entry, import and require alike", async () => {
  for (const [name, load, flags] of [
    ["node.mjs", "await import", []],
    ["node.cjs", "require", []],
    ["node-old.cjs", "require", ["--no-experimental-require-module"]],
  ]) {
    const result = await run(
      name,
      `${name.endsWith("cjs") ? "(async () => {" : ""}
      const reelay = ${load}("reelay");
      const { save, ...rest } = ${load}("reelay/node");
      const error = await save(null, "a").catch((reason) => reason);
      console.log(JSON.stringify({ mine: error instanceof reelay.ReelayError, code: error.code, rest: Object.keys(rest).filter((key) => key !== "default" && key !== "__esModule") }));
      ${name.endsWith("cjs") ? "})();" : ""}`,
      [...flags, ...(process.allowedNodeEnvironmentFlags.has("--disable-warning") ? ["--disable-warning=ExperimentalWarning"] : [])],
    );
    assert.deepEqual(result, { mine: true, code: "invalid_argument", rest: ["module.exports"].filter((key) => result.rest.includes(key)) }, name);
  }
  for (const name of ["node.mjs", "node.cjs", "cli.mjs", "proxy.mjs", "proxy.cjs", "proxy.workerd.mjs"]) assert.ok(readFileSync(join(pkg, "dist", name)).length < 40_000, `${name} carries no core`);
});

test("what stands beside the main entry takes the core from it, in workerd from workerd's own", () => {
  const importsOf = (name) => [...readFileSync(join(pkg, "dist", name), "utf8").matchAll(/(?:\bfrom|\brequire\()\s*"([^"]+)"/g)].map(([, from]) => from);
  assert.deepEqual([...new Set(importsOf("proxy.mjs"))], ["./index.mjs"]);
  assert.deepEqual([...new Set(importsOf("proxy.workerd.mjs"))], ["./workerd.mjs"]);
  assert.deepEqual([...new Set(importsOf("proxy.cjs"))], ["./index.cjs"]);
});

test("the workerd entry imports its module and holds no inlined core", () => {
  const text = readFileSync(join(pkg, "dist/workerd.mjs"), "utf8");
  const imports = [...text.matchAll(/import\b[^"'()]*["']([^"']+)["']/g)].map(([, from]) => from);
  assert.deepEqual(imports, ["./reelay_bg.wasm"]);
  assert.ok(text.length < 100_000);
  assert.ok(WebAssembly.validate(readFileSync(join(pkg, "dist/reelay_bg.wasm"))));
});

test("no entry names Node's modules: the package runs where there are none", () => {
  for (const name of ["index.mjs", "index.cjs", "slim.mjs", "workerd.mjs", "testing.mjs", "proxy.mjs", "proxy.cjs", "proxy.workerd.mjs"]) {
    const text = readFileSync(join(pkg, "dist", name), "utf8");
    assert.doesNotMatch(text, /["']node:|require\(["'](fs|path|http|url|buffer)["']\)|\bnew Function\b|\beval\(/, name);
  }
});
