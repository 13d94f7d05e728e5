// `npm test`: set-up, build, then every check in order. `npm test -- host` (wasm, package, page) runs a part.
import { existsSync, readdirSync } from "node:fs";
import { build } from "./build.mjs";
import { locked } from "./build-core.mjs";
import { at, root } from "./lib/paths.mjs";
import { main, Problem, say, seconds } from "./lib/print.mjs";
import { run } from "./lib/run.mjs";
import { wasmEnv } from "./lib/wasm-env.mjs";
import { findChromium, setupBrowser } from "./setup-browser.mjs";
import { setupReact, setupReference, setupRuntimes } from "./setup-node.mjs";
import { simulate } from "./simulate.mjs";
import { setupNode, setupWasm } from "./setup.mjs";
import { wasmTarget } from "./setup-wasm-std.mjs";

const parts = ["host", "wasm", "package", "page"];
const minutes = 60_000;

const cargo = (args, options) => run("cargo", args, { cwd: root, limitMs: 20 * minutes, ...options });
const forWasm = () => ({ env: wasmEnv() });

/** Tests of the package mostly wait, for pauses and silences: two files at once take little more than half the time. Node has the flag since 20.10. */
const [major, minor] = process.versions.node.split(".").map(Number);
const paired = major > 20 || minor >= 10 ? ["--test-concurrency=2"] : [];

/** A part without its files would pass by testing nothing. */
async function nodeTests(folder, { env = process.env, flags = [] } = {}) {
  const files = existsSync(at(folder)) ? readdirSync(at(folder)).filter((name) => name.endsWith(".test.mjs")).sort() : [];
  if (files.length === 0) throw new Problem(`${folder} has no *.test.mjs`);
  await run(process.execPath, ["--test", "--test-reporter=spec", ...flags, ...files.map((name) => at(folder, name))], { cwd: root, env, limitMs: 20 * minutes });
}

/** In the order they run. `parts` says where a step belongs; when a `needed` one fails, the later steps of its parts cannot run. */
const steps = [
  { name: "set-up", parts, needed: true, work: setupNode },
  { name: "set-up for wasm", parts: ["wasm", "package", "page"], needed: true, work: setupWasm },
  { name: "format", parts: ["host"], work: () => cargo(["fmt", "--check"]) },
  { name: "clippy, host", parts: ["host"], work: () => cargo(["clippy", "--quiet", "--all-targets", ...locked, "--", "-D", "warnings"]) },
  {
    name: "clippy, wasm32", parts: ["wasm"],
    work: () => cargo(["clippy", "--quiet", "--target", wasmTarget, "--lib", "--test", "web", ...locked, "--", "-D", "warnings"], forWasm()),
  },
  { name: "core on the host", parts: ["host"], work: () => cargo(["test", ...locked]) },
  // About a minute on two idle cores; always the same worlds.
  { name: "simulation", parts: ["host"], work: () => simulate(["--seeds", "400000", "--complete"], { limitMs: 20 * minutes }) },
  {
    name: "core as wasm, in Node", parts: ["wasm"],
    work: () => run("wasm-pack", ["--log-level", "error", "test", "--node", "--mode", "no-install", "--", "--test", "web", ...locked], {
      cwd: root, limitMs: 20 * minutes, ...forWasm(),
    }),
  },
  { name: "build", parts: ["package", "page"], needed: true, work: build },
  { name: "types of the facade", parts: ["package"], work: () => run(at("node_modules/.bin/tsc"), ["-p", at("pkg-template")], { cwd: root }) },
  { name: "built package", parts: ["package"], work: () => nodeTests("tests/package", { flags: paired }) },
  {
    name: "documentation", parts: ["package"],
    work: async () => {
      await setupReference();
      await nodeTests("tests/docs", { flags: paired });
    },
  },
  {
    name: "Node, Deno and Bun", parts: ["package"],
    work: async () => {
      await setupRuntimes();
      await nodeTests("tests/runtimes", { flags: paired });
    },
  },
  {
    name: "page", parts: ["page"],
    work: async () => {
      await setupBrowser();
      await nodeTests("tests/page", { env: { ...process.env, CHROME_PATH: findChromium() } });
    },
  },
  {
    name: "reelay/browser, reelay/react", parts: ["page"],
    work: async () => {
      await setupBrowser();
      await setupReact();
      await nodeTests("tests/browser", { env: { ...process.env, CHROME_PATH: findChromium() } });
    },
  },
];

function chosenParts(names) {
  const unknown = names.filter((name) => !parts.includes(name));
  if (unknown.length > 0) throw new Problem(`no part "${unknown[0]}": the parts are ${parts.join(", ")}`);
  return names.length > 0 ? names : parts;
}

async function attempt(step) {
  const start = performance.now();
  say(`\n=== ${step.name}`);
  try {
    await step.work();
    return { step, time: seconds(start), result: "passed" };
  } catch (error) {
    say(error instanceof Problem ? error.message : error.stack);
    return { step, time: seconds(start), result: "FAILED" };
  }
}

await main(async () => {
  const chosen = chosenParts(process.argv.slice(2));
  const results = [];
  for (const step of steps.filter((step) => step.parts.some((part) => chosen.includes(part)))) {
    const broken = results.some((past) => past.result !== "passed" && past.step.needed && past.step.parts.some((part) => step.parts.includes(part)));
    results.push(broken ? { step, time: "-", result: "FAILED (not run)" } : await attempt(step));
  }
  const width = Math.max(...steps.map(({ name }) => name.length));
  say("\n=== results");
  for (const { step, time, result } of results) say(`${step.name.padEnd(width)}  ${time.padStart(8)}  ${result}`);
  const passed = results.filter(({ result }) => result === "passed").length;
  say(`\n${passed} passed, ${results.length - passed} failed`);
  if (passed < results.length) process.exitCode = 1;
});
