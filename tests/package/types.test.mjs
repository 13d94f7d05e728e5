// The package's types, as strict consumers of every kind of resolution see them.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "reelay-types-"));
const strict = { strict: true, noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: false, target: "ES2022", types: [] };
const serving = `import { serve } from "reelay/testing/node";
import { createClient } from "reelay";
import { save } from "reelay/node";
export const served = serve({ tasks: {} });
const download = createClient({ baseUrl: "https://relay.example" }).download("a");
/** As the contract has it. */
export const saved: Promise<{ path: string; bytes: number; sha256: string; mediaType: string | null; resumedFrom: number }> =
  save(download, new URL("file:///a.mp4"), { resume: false, signal: new AbortController().signal });
// @ts-expect-error a path is text or a URL
save(download, 7);
`;
const hooks = `import { createClient, type ReelayError, type Task } from "reelay";
import { ReelayProvider, useVideoTask, type VideoTask, type VideoTaskOptions } from "reelay/react";
import { saveAs, saveToOPFS } from "reelay/browser";
const relay = createClient({ baseUrl: "https://relay.example" });
const options: VideoTaskOptions = { poll: { minMs: 500 }, timeoutMs: null, failures: 3, client: relay };
function Clip({ id }: { id: string | null }) {
  const { status, task, error, refresh } = useVideoTask(id, options);
  if (status === "failed") {
    const why: ReelayError = error;
    return <p onClick={refresh}>{why.message} {error.hint} {task?.progress}</p>;
  }
  if (status === "done") {
    const done: Task = task;
    return <video src={done.videoUrl ?? undefined} onClick={() => saveAs(relay.download(task), "clip.mp4").then(({ bytes }) => bytes.toFixed())} />;
  }
  // @ts-expect-error nothing has failed yet
  const early: string = error.message;
  // @ts-expect-error there may be no answer yet
  return <progress value={task.progress} title={early} />;
}
export const page = <ReelayProvider client={relay}><Clip id="a" /></ReelayProvider>;
export const file: Promise<File> = saveToOPFS(relay.download("a"), "a.mp4", { resume: false }).then(({ handle }) => handle.getFile());
export const same: VideoTask["status"][] = ["idle", "waiting", "done", "failed"];
// @ts-expect-error a provider has a client
export const none = <ReelayProvider />;
// @ts-expect-error no such option
export const wrong = () => useVideoTask("a", { timeout: 5 });
`;
const web = ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable"];

before(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(at("../../pkg"), join(folder, "node_modules/reelay"), "dir");
  symlinkSync(at("../../node_modules/@types"), join(folder, "node_modules/@types"), "dir");
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  for (const name of ["consumer", "contract"]) {
    cpSync(at(`lib/${name}.ts`), join(folder, `${name}.ts`));
    cpSync(at(`lib/${name}.ts`), join(folder, `${name}.cts`));
  }
  for (const name of ["hooks.tsx", "old/hooks.tsx"]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), hooks);
  }
  writeFileSync(join(folder, "old/package.json"), '{"type":"commonjs"}');
  for (const name of ["serving.ts", "serving.cts"]) writeFileSync(join(folder, name), serving);
});
after(() => rmSync(folder, { recursive: true }));

/** What the compiler says of some files under some options: its exit code and its words. */
function compile(name, files, options) {
  writeFileSync(join(folder, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions: { ...strict, ...options }, files }));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [at("../../node_modules/.bin/tsc"), "-p", `tsconfig.${name}.json`],
      { cwd: folder, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, said: stdout + stderr }),
    );
  });
}

const passes = async (...args) => assert.deepEqual(await compile(...args), { code: 0, said: "" });
const esm = ["consumer.ts", "contract.ts"];
const both = [...esm, "consumer.cts", "contract.cts"];

describe("types", { concurrency: 2 }, () => {
  test("hooks and files, for bundlers and for Node, ESM and CommonJS", async () => {
    await passes("hooks", ["hooks.tsx"], { lib: web, module: "ESNext", moduleResolution: "bundler", jsx: "react-jsx", types: ["react"] });
    await passes("hooks-node", ["hooks.tsx", "old/hooks.tsx"], { lib: web, module: "nodenext", jsx: "react-jsx", types: ["react"], exactOptionalPropertyTypes: true });
  });

  test("moduleResolution bundler", () => passes("bundler", esm, { lib: web, module: "ESNext", moduleResolution: "bundler" }));
  test("moduleResolution node16, as ES module and as CommonJS", () =>
    passes("node16", both, { lib: web, module: "Node16", moduleResolution: "node16" }));
  test("moduleResolution nodenext, as ES module and as CommonJS", () =>
    passes("nodenext", both, { lib: web, module: "NodeNext", moduleResolution: "nodenext" }));
  test("without the DOM, with Node's types only", () =>
    passes("node", [...both, "serving.ts", "serving.cts"], {
      lib: ["ES2022"],
      module: "NodeNext",
      moduleResolution: "nodenext",
      types: ["node"],
    }));
  test("verbatim, isolated, with exact optional properties", () =>
    passes("exact", ["consumer.ts"], {
      lib: web,
      module: "ESNext",
      moduleResolution: "bundler",
      verbatimModuleSyntax: true,
      isolatedModules: true,
      exactOptionalPropertyTypes: true,
    }));

  test("the check of the contract can fail", async () => {
    writeFileSync(
      join(folder, "broken.ts"),
      'import type { Task, Client } from "reelay";\ntype Fits<From extends To, To> = From;\nexport type A = Fits<Task, { progress: number }>;\nexport type B = Fits<Client, { create(): void }>;\n',
    );
    const { code, said } = await compile("broken", ["broken.ts"], { lib: web, module: "ESNext", moduleResolution: "bundler" });
    assert.notEqual(code, 0);
    assert.deepEqual(said.match(/broken\.ts[(:](\d+)/g), ["broken.ts(3", "broken.ts(4"]);
  });
});
