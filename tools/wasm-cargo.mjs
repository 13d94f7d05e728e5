// cargo for wasm32: `node tools/wasm-cargo.mjs check`, `... clippy --lib`, with the build's own flags and target folder.
import { spawnSync } from "node:child_process";
import { main } from "./lib/print.mjs";
import { root } from "./lib/paths.mjs";
import { wasmEnv } from "./lib/wasm-env.mjs";
import { setupWasmStd, wasmTarget } from "./setup-wasm-std.mjs";

await main(async () => {
  await setupWasmStd();
  const [command = "check", ...rest] = process.argv.slice(2);
  const args = [command, "--target", wasmTarget, ...rest];
  process.exitCode = spawnSync("cargo", args, { cwd: root, env: wasmEnv(), stdio: "inherit" }).status ?? 1;
});
