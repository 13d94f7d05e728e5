// `reelay/slim`: the core as a file beside the entry, or wherever the user says it is.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
const core = join(pkg, "dist/reelay_bg.wasm");
const { version } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
// Blanks behind a `#`, which a file URL must escape.
const folder = mkdtempSync(join(tmpdir(), "reelay slim #"));

/** Sends the core, a page in its place, nothing, or the core of another version. */
const server = createServer((request, response) => {
  const bytes = readFileSync(core);
  if (request.url === "/core.wasm") response.end(bytes);
  else if (request.url === "/older.wasm") response.end(Buffer.concat([bytes.subarray(0, bytes.lastIndexOf(version)), Buffer.from("0.0.0".padEnd(version.length))]));
  else if (request.url.startsWith("/page.wasm")) response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
  else response.writeHead(404).end("no");
});

before(async () => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(pkg, join(folder, "node_modules/reelay"), "dir");
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Runs a script in a process of its own, as a core starts once; what it prints as JSON is the result. */
async function run(name, script, flags = []) {
  writeFileSync(join(folder, name), script.replaceAll("SERVER", `http://127.0.0.1:${server.address().port}`));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, name], { cwd: folder, timeout: 30_000 });
  assert.equal(stderr, "", "no warning");
  return JSON.parse(stdout);
}

describe("reelay/slim", { concurrency: 2 }, () => {
  test("needs no call to start: the file beside it is read, by import and by require", async () => {
    const read = 'readTask({ id: "a", status: "queued" }).then(({ status }) => console.log(JSON.stringify(status)));';
    const quiet = process.allowedNodeEnvironmentFlags.has("--disable-warning") ? ["--disable-warning=ExperimentalWarning"] : [];
    assert.equal(await run("beside.mjs", `import { readTask } from "reelay/slim"; ${read}`), "queued");
    assert.equal(await run("beside.cjs", `const { readTask } = require("reelay/slim"); ${read}`, ["--no-experimental-require-module", ...quiet]), "queued");
  });

  for (const [what, given] of [
    ["an address", '"SERVER/core.wasm"'],
    ["a URL", 'new URL("SERVER/core.wasm")'],
    ["an answer that is under way", 'fetch("SERVER/core.wasm")'],
    ["a file's address", 'import.meta.resolve("reelay/core.wasm")'],
    ["a file's bytes", 'readFile(fileURLToPath(import.meta.resolve("reelay/core.wasm")))'],
    ["a module", 'WebAssembly.compile(await readFile(fileURLToPath(import.meta.resolve("reelay/core.wasm"))))'],
  ]) {
    test(`preload takes ${what}`, async () => {
      const result = await run(
        `given-${what.replaceAll(/\W/g, "-")}.mjs`,
        `import { readFile } from "node:fs/promises";
        import { fileURLToPath } from "node:url";
        import { preload, readTask } from "reelay/slim";
        const given = ${given};
        await preload(given);
        // The first start stays.
        await preload("SERVER/missing.wasm");
        console.log(JSON.stringify((await readTask({ id: "a", status: "queued" })).status));`,
      );
      assert.equal(result, "queued");
    });
  }

  test("what is no core is told, and the next preload may still bring one", async () => {
    const result = await run(
      "wrong.mjs",
      `import { isReelayError, preload, readTask } from "reelay/slim";
      const ends = [];
      const wrong = ["SERVER/missing.wasm", "SERVER/page.wasm?sig=secret", "SERVER/older.wasm", "http://127.0.0.1:1/", "file:///none.wasm", new Uint8Array(9),
        new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), { then: (_, reject) => reject(new Error("mine")) }, 7];
      for (const given of wrong) await preload(given).catch((error) => ends.push([isReelayError(error), error.code, error.message, error.hint, error.cause?.message]));
      await preload("SERVER/core.wasm");
      console.log(JSON.stringify({ ends, status: (await readTask({ id: "a", status: "queued" })).status }));`,
    );
    assert.equal(result.status, "queued");
    assert.deepEqual(result.ends.map(([mine, code]) => [mine, code]), [...Array(8).fill([true, "wasm_unavailable"]), [true, "invalid_argument"]]);
    const messages = result.ends.map(([, , message]) => message.replace(/127\.0\.0\.1:\d{2,}/, "HOST"));
    assert.deepEqual(messages.slice(0, 3), [
      "http://HOST/missing.wasm (HTTP 404, no media type) is not the core.",
      "http://HOST/page.wasm (HTTP 200, text/html) is not the core.",
      `This is reelay ${version}, but the core is of ${"0.0.0".padEnd(version.length)}.`,
    ]);
    assert.match(messages[6], /but the core is another program\.$/);
    for (const [, , , hint] of result.ends.slice(0, 8)) assert.match(hint, /^Serve the file reelay\/core\.wasm of this very version/);
    assert.equal(result.ends[7][4], "mine");
  });

  test("importing it does no work", async () => {
    const result = await run(
      "lazy.mjs",
      `let fetched = 0;
      globalThis.fetch = () => { fetched++; };
      const { getBuiltinModule } = process;
      process.getBuiltinModule = (name) => { fetched++; return getBuiltinModule(name); };
      const { createClient, readTask } = await import("reelay/slim");
      createClient({ baseUrl: "https://relay.example" }).download("a").stream();
      const before = fetched;
      await readTask({ id: "a", status: "queued" });
      console.log(JSON.stringify([before, fetched]));`,
    );
    assert.deepEqual(result, [0, 1]);
  });
});

test("its entry is small, and has the names of the main one", async () => {
  for (const name of ["slim.mjs", "slim.cjs"]) assert.ok(statSync(join(pkg, "dist", name)).size < 40_000, name);
  const [main, slim] = await Promise.all(["index", "slim"].map((name) => import(`../../pkg/dist/${name}.mjs`)));
  assert.deepEqual(Object.keys(slim), Object.keys(main));
});

test("the main entry knows nothing of it", () => {
  assert.ok(!readFileSync(join(pkg, "dist/index.mjs"), "utf8").includes("core.wasm"));
});
