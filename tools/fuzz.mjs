// `npm run fuzz -- TARGET [--seconds N]`: one reader of foreign text under libFuzzer, beginning with what the fixtures hold.
// Stable Rust is enough: the coverage is asked of LLVM itself, and code without `unsafe` needs no sanitizer.
import { mkdirSync, rmSync } from "node:fs";
import { at } from "./lib/paths.mjs";
import { isCommand, main, Problem } from "./lib/print.mjs";
import { run } from "./lib/run.mjs";
import { activeRust } from "./lib/rust.mjs";

const coverage = [
  "--cfg", "fuzzing", "-Cpasses=sancov-module", "-Ccodegen-units=1",
  ...["level=4", "inline-8bit-counters", "pc-table", "trace-compares"].map((what) => `-Cllvm-args=-sanitizer-coverage-${what}`),
];

async function fuzz([target, option, seconds = "60", ...rest]) {
  if (!target || rest.length > 0 || (option !== undefined && option !== "--seconds") || !/^\d+$/.test(seconds)) {
    throw new Problem("usage: npm run fuzz -- TARGET [--seconds N]; the targets stand in tests/fuzz/targets.rs");
  }
  const { host } = activeRust();
  const env = { ...process.env, CARGO_TARGET_DIR: at("target", "fuzz"), CARGO_ENCODED_RUSTFLAGS: coverage.join("\x1f") };
  // The target is named so that what builds the crates is not watched as well.
  await run("cargo", ["build", "--quiet", "--release", "--target", host], { cwd: at("fuzz"), env });
  const folder = at(".build", "fuzz", target);
  const corpus = at(".build", "fuzz", target, "corpus");
  rmSync(corpus, { recursive: true, force: true });
  mkdirSync(corpus, { recursive: true });
  const options = [`-max_total_time=${seconds}`, `-artifact_prefix=${folder}/`, "-max_len=65536", "-timeout=10", "-print_final_stats=1"];
  await run(at("target", "fuzz", host, "release", "fuzz"), [...options, corpus], {
    cwd: folder,
    env: { ...process.env, FUZZ_TARGET: target, FUZZ_CORPUS: corpus },
    hint: `What failed lies in ${folder}; give it to the binary as its only argument to see it again.`,
  });
}

if (isCommand(import.meta.url)) await main(() => fuzz(process.argv.slice(2)));
