// reelay/react and reelay/browser on a server, installed as users have them: pages are rendered there, and nothing is asked.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { versions } from "./lib/react.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folders = {};

before(() => {
  for (const { version, react, dom } of versions) {
    const folder = (folders[version] = mkdtempSync(join(tmpdir(), "reelay-react-")));
    mkdirSync(join(folder, "node_modules"));
    // A copy: behind a link Node would look for React beside the package itself.
    cpSync(at("../../pkg"), join(folder, "node_modules/reelay"), { recursive: true });
    for (const [name, from] of [["react", react], ["react-dom", dom]]) cpSync(at(`node_modules/${from}`), join(folder, "node_modules", name), { recursive: true });
    for (const name of ["scheduler", "loose-envify", "js-tokens"]) symlinkSync(at(`node_modules/${name}`), join(folder, "node_modules", name), "dir");
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  }
});
after(() => {
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
});

/** Runs a script of a user's; what it prints as JSON is the result. */
async function run(folder, name, script, flags = []) {
  writeFileSync(join(folder, name), script);
  const quiet = process.allowedNodeEnvironmentFlags.has("--disable-warning") ? ["--disable-warning=ExperimentalWarning"] : [];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, ...quiet, name], { cwd: folder, timeout: 60_000 });
  assert.equal(stderr, "", "no warning");
  return JSON.parse(stdout);
}

const rendering = `
  const asked = [];
  globalThis.fetch = async (url) => { asked.push(String(url)); throw new TypeError("no network"); };
  const { createElement, StrictMode } = react;
  const relay = reelay.createClient({ baseUrl: "https://relay.example", format: "openai-videos" });
  const Clip = ({ of }) => {
    const { status, task, error, refresh } = hooks.useVideoTask(of);
    refresh();
    return createElement("p", null, [status, task, error].join());
  };
  const page = (of) => createElement(StrictMode, null, createElement(hooks.ReelayProvider, { client: relay }, createElement(Clip, { of })));
  const markup = ["a", { id: "a", format: "openai-videos", baseUrl: "https://relay.example" }, null].map((of) => server.renderToString(page(of)));
  let refused;
  try { server.renderToString(createElement(Clip, { of: "a" })); } catch (error) { refused = [error instanceof reelay.ReelayError, error.code, error.hint]; }
  setTimeout(() => console.log(JSON.stringify({ markup, refused, asked, names: Object.keys(hooks).filter((name) => !["default", "__esModule", "module.exports"].includes(name)) })), 50);
`;

for (const { version } of versions) {
  describe(`reelay/react on a server, React ${version}`, () => {
    for (const [what, name, load, flags] of [
      ["import", "a.mjs", (id) => `await import("${id}")`, []],
      ["require", "a.cjs", (id) => `require("${id}")`, []],
      ["require where it takes no ES modules", "b.cjs", (id) => `require("${id}")`, ["--no-experimental-require-module"]],
    ]) {
      test(what, async () => {
        const loads = Object.entries({ react: "react", server: "react-dom/server", reelay: "reelay", hooks: "reelay/react" })
          .map(([as, id]) => `let ${as} = ${load(id)};`).join("\n");
        // What import gives of CommonJS has its exports under `default`.
        const result = await run(folders[version], name, `${loads}\nreact = react.default ?? react; server = server.default ?? server;${rendering}`, flags);
        assert.deepEqual(result.markup, ["<p>waiting,,</p>", "<p>waiting,,</p>", "<p>idle,,</p>"]);
        assert.deepEqual(result.refused, [true, "invalid_argument", "Render it below <ReelayProvider client={...}>, or give it { client }."]);
        assert.deepEqual([result.asked, result.names.sort()], [[], ["ReelayProvider", "useVideoTask"]]);
      });
    }
  });
}

test("reelay/browser can be imported anywhere; its calls say where they work", async () => {
  for (const [name, load] of [["c.mjs", "await import"], ["c.cjs", "require"]]) {
    const result = await run(folders[versions[0].version], name, `(async () => {
      const { createClient, ReelayError } = ${load}("reelay");
      const { saveAs, saveToOPFS } = ${load}("reelay/browser");
      const download = createClient({ baseUrl: "https://relay.example" }).download("a");
      const ends = [];
      for (const save of [saveAs, saveToOPFS]) ends.push(await save(download, "a.mp4").catch((error) => [error instanceof ReelayError, error.code, error.hint]));
      console.log(JSON.stringify(ends));
    })();`);
    assert.deepEqual(result.map(([mine, code]) => [mine, code]), [[true, "invalid_argument"], [true, "invalid_argument"]]);
    for (const [, , hint] of result) assert.match(hint, /in Node save\(\) of reelay\/node/);
  }
});

test("the bundles: hooks are marked for the client, React and the core stay outside", () => {
  const pkg = at("../../pkg/");
  for (const extension of ["mjs", "cjs"]) {
    const hooks = readFileSync(`${pkg}dist/react.${extension}`, "utf8");
    assert.match(hooks, /^"use client";/);
    assert.match(hooks, extension === "mjs" ? /from"react"/ : /require\("react"\)/);
    const files = readFileSync(`${pkg}dist/browser.${extension}`, "utf8");
    assert.doesNotMatch(files, /^"use client"/);
    assert.ok(hooks.length < 5_000 && files.length < 20_000, `${hooks.length} ${files.length}`);
    for (const text of [hooks, files]) assert.doesNotMatch(text, /["']node:/);
  }
  const { peerDependencies, peerDependenciesMeta, dependencies } = JSON.parse(readFileSync(`${pkg}package.json`, "utf8"));
  assert.deepEqual([peerDependencies, peerDependenciesMeta, dependencies], [{ react: ">=18" }, { react: { optional: true } }, undefined]);
});
