// The one environment in which cargo and wasm-pack compile for wasm32.
import { delimiter } from "node:path";
import { cargoToolPaths } from "../setup-cargo-tools.mjs";
import { allowTraps, trapFlags, wasmToolchain } from "../setup-wasm-std.mjs";
import { at, cacheDir, root } from "./paths.mjs";
import { Problem } from "./print.mjs";
import { crateFolders, remapFlags } from "./remap.mjs";

/** A target folder of its own, so that host and wasm builds do not invalidate each other. */
export const wasmTargetDir = at("target", "wasm");

export function wasmEnv() {
  const toolchain = wasmToolchain();
  if (!toolchain) throw new Problem('The wasm32 standard library is missing: run "npm run setup"');
  const env = {
    ...process.env,
    ...allowTraps,
    RUSTUP_TOOLCHAIN: toolchain,
    CARGO_TARGET_DIR: wasmTargetDir,
    // Encoded, so that paths may hold spaces; it also overrides the user's own RUSTFLAGS.
    CARGO_ENCODED_RUSTFLAGS: [
      ...trapFlags,
      // rustc compiles tests that trap only so; elsewhere it changes nothing, and one set of flags means one build.
      "-Zpanic-abort-tests",
      // A trap tells no place. What is this small is smaller, and much quicker, where it is used.
      "-Zlocation-detail=none", "-Cllvm-args=-inline-threshold=12",
      ...remapFlags([[root, "/reelay"], [cacheDir, "/cache"], [toolchain, "/rust"], ...crateFolders()]),
    ].join("\x1f"),
    PATH: [...cargoToolPaths(), at("node_modules", ".bin"), process.env.PATH].join(delimiter),
  };
  // Either would send the build elsewhere.
  delete env.CARGO_BUILD_TARGET;
  delete env.RUSTC;
  return env;
}
