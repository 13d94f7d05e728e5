// `npm run simulate -- --seeds N [--from S] [--seed X]`: the client in simulated worlds, on the host and optimised.
import { locked } from "./build-core.mjs";
import { at, root } from "./lib/paths.mjs";
import { isCommand, main } from "./lib/print.mjs";
import { run } from "./lib/run.mjs";

/** What every seed checks needs checked arithmetic; the package's own profile is made for size. */
const profile = {
  CARGO_TARGET_DIR: at("target", "simulation"),
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "3",
  CARGO_PROFILE_RELEASE_LTO: "false",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS: "true",
  CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS: "true",
};

/** Builds the simulation and runs it with these arguments; rejects when a seed breaks a promise. */
export function simulate(args, options = {}) {
  const cargo = ["run", "--release", "--quiet", ...locked, "--example", "simulate", "--", ...args];
  return run("cargo", cargo, { cwd: root, env: { ...process.env, ...profile }, ...options });
}

if (isCommand(import.meta.url)) await main(() => simulate(process.argv.slice(2)));
