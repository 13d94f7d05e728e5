// `node tools/smoke.mjs FILE.tgz`: installs a packed package in an empty folder and uses it there, with Node and npm alone. For systems and versions
// of Node on which the rest is not built.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const calls = `
async function use({ createClient, isReelayError, ReelayError }, { serve }, { save }) {
  const { strict: assert } = await import("node:assert");
  const { readFileSync } = await import("node:fs");
  const server = await serve({ apiKey: "key", tasks: { a: [{ status: "running", progress: 0.5 }, { status: "succeeded" }] } });
  const client = createClient({ baseUrl: server.url, apiKey: "key" });
  assert.equal((await client.query("a")).status, "running");
  const task = await client.wait("a", { poll: { maxMs: 10, minMs: 1 } });
  const bytes = await client.download(task).bytes();
  const saved = await save(client.download(task), "clip.mp4");
  assert.ok(readFileSync(saved.path).equals(Buffer.from(bytes)) && saved.bytes > 100_000);
  const error = await client.query("nobody").catch((reason) => reason);
  assert.ok(error instanceof ReelayError && isReelayError(error));
  assert.equal(error.code, "not_found");
  const reason = new Error("enough");
  assert.equal(await client.query("a", { signal: AbortSignal.abort(reason) }).catch((thrown) => thrown), reason);
  await server.close();
  console.log("ok", process.version, process.platform, process.arch);
}
`;

const esm = `import * as reelay from "reelay";
import * as testing from "reelay/testing/node";
import * as node from "reelay/node";
${calls}await use(reelay, testing, node);
`;
const cjs = `${calls}use(require("reelay"), require("reelay/testing/node"), require("reelay/node"));
`;

const [tarball] = process.argv.slice(2);
if (!tarball) throw new Error("Which tarball? node tools/smoke.mjs FILE.tgz");
const folder = mkdtempSync(join(tmpdir(), "reelay-smoke-"));
try {
  copyFileSync(resolve(tarball), join(folder, "reelay.tgz"));
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  writeFileSync(join(folder, "esm.mjs"), esm);
  writeFileSync(join(folder, "cjs.cjs"), cjs);
  // npm is a script of the shell's on Windows.
  const run = (command, args) => execFileSync(command, args, { cwd: folder, stdio: "inherit", timeout: 120_000, shell: command === "npm" && process.platform === "win32" });
  run("npm", ["install", "--no-fund", "--no-audit", "--ignore-scripts", "./reelay.tgz"]);
  run(process.execPath, ["esm.mjs"]);
  run(process.execPath, ["cjs.cjs"]);
  run(process.execPath, [join("node_modules", "reelay", "dist", "cli.mjs"), "--version"]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
