// The core: Rust to one .wasm and its glue, in .build/wasm; and the tables that Rust and TypeScript share.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { at, cacheDir, root } from "./lib/paths.mjs";
import { Problem, say } from "./lib/print.mjs";
import { output, run } from "./lib/run.mjs";
import { stage } from "./lib/stage.mjs";
import { wasmEnv } from "./lib/wasm-env.mjs";

const inputs = ["src", "Cargo.toml", "Cargo.lock", "tools/build-core.mjs", "tools/setup-wasm-std.mjs", "tools/lib/wasm-env.mjs"];
/** Where the lock file counts as given, it is not written anew. */
export const locked = process.env.CI ? ["--locked"] : [];

export async function buildCore() {
  const env = wasmEnv();
  await stage({
    name: "core (about 1 minute when all is new)",
    inputs,
    key: env.RUSTUP_TOOLCHAIN,
    outputs: [".build/wasm/reelay.js", ".build/wasm/reelay.d.ts", ".build/wasm/reelay_bg.wasm"],
    work: async () => {
      // Before wasm-pack reads the environment: the crates must be unpacked for their paths to be hidden.
      await run("cargo", ["fetch", "--quiet", ...locked], { cwd: root });
      rmSync(at(".build/wasm"), { recursive: true, force: true });
      // --no-opt: without wasm-opt on PATH wasm-pack would only print a line; run by itself, a failure is a failure.
      await run("wasm-pack", [
        "--log-level", "error", "build", root, "--release", "--mode", "no-install", "--no-pack", "--no-opt",
        "--target", "web", "--out-dir", ".build/wasm", "--out-name", "reelay", ...locked.length ? ["--", ...locked] : [],
      ], { cwd: root, env: wasmEnv(), hint: "The core did not compile for wasm32." });
      await optimise(at(".build/wasm/reelay_bg.wasm"));
    },
  });
}

/**
 * Chosen by the gzipped size: code laid flat and structured anew has more alike. Limits on inlining (-aimfs 4) would save 0.4 KB more, and cost
 * 5 % of the time of a query. Below 1 KB there is the end of the stack, and no object. The sections that go tell of tools, not of the core.
 */
const passes = [
  "--low-memory-unused", "--merge-similar-functions",
  "-Oz", "--gufa-optimizing", "--flatten", "--rereloop", "-Oz", "-Oz", "-Oz",
  "--strip-producers", "--strip-target-features",
];

/** Closures and futures of js-sys, which no export of ours makes: descriptors that are gone by now had put them into the table, and so kept them. */
const dead = /\bclosures\b.*\binvoke\b|\bjs_sys\b.*\bfutures\b/;

/** Empties functions that nothing can call, so that wasm-opt finds what only they use. */
async function prune(file) {
  // Only here, as it is not there before npm ci.
  const { default: binaryen } = await import("binaryen");
  const core = binaryen.readBinary(readFileSync(file));
  const all = Array.from({ length: core.getNumFunctions() }, (_, at) => core.getFunctionByIndex(at));
  const gone = all.filter((one) => dead.test(binaryen.getFunctionInfo(one).name));
  if (gone.length === 0) throw new Problem("none of js-sys's closures was found by its name: is the name section gone?");
  for (const one of gone) binaryen.Function.setBody(one, core.unreachable());
  writeFileSync(file, core.emitBinary());
  core.dispose();
}

async function optimise(file) {
  const before = readFileSync(file).length;
  await prune(file);
  await run(at("node_modules/.bin/wasm-opt"), [...passes, file, "-o", `${file}.small`], { cwd: root, hint: "wasm-opt (npm binaryen) failed." });
  const small = readFileSync(`${file}.small`);
  if (small.length >= before) throw new Problem(`wasm-opt made the core no smaller: ${before} -> ${small.length} bytes`);
  // A path of the machine it was built on has no place in a published file.
  for (const path of [root, homedir(), cacheDir]) {
    if (path !== "/" && small.includes(`${path}/`)) throw new Problem(`the core holds a path of this machine: ${path}/...`);
  }
  renameSync(`${file}.small`, file);
  say(`  wasm-opt: ${before} -> ${small.length} bytes`);
}

export async function buildTables() {
  await stage({
    name: "tables",
    inputs: [...inputs, "tools/tables.rs"],
    outputs: [".build/generated/tables.ts"],
    work: () => {
      if (!existsSync(at("tools/tables.rs"))) throw new Problem("tools/tables.rs is missing");
      const json = output("cargo", ["run", "--quiet", "--example", "tables", ...locked], { cwd: root, stderr: "inherit" });
      if (json === null) throw new Problem("The tables (tools/tables.rs) did not compile or run.");
      mkdirSync(at(".build/generated"), { recursive: true });
      writeFileSync(at(".build/generated/tables.ts"), typescript(JSON.parse(json)));
    },
  });
}

/** A named export for each top-level key, and for what the package needs of one, so that an entry carries only what it uses. */
function typescript(tables) {
  const hints = Object.fromEntries(tables.errorCodes.map(({ code, hint }) => [code, hint]));
  const formatNames = tables.formats.map(({ name }) => name);
  // Of a format the simulator needs the wire, and not what is told about it.
  const wire = tables.formats.map(({ name, prefixes, keyHeader, calls, bodies, errors, place, field }) => ({ name, prefixes, keyHeader, calls, bodies, errors, place, field }));
  const readings = Object.fromEntries(["queued", "running", "succeeded", "failed", "expired", "unknown"].map(
    (status) => [status, tables.words.filter((row) => row.status === status).map(({ word }) => word)],
  ));
  const lines = Object.entries({ hints, formatNames, wire, readings, ...tables }).map(([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)} as const;`);
  return `// Written by the build from the Rust tables.\n${lines.join("\n")}\n`;
}
