// Set-up: each step is skipped when done. `npm run setup` does all of them; the other commands do what they need.
import { isCommand, main, say } from "./lib/print.mjs";
import { setupBrowser } from "./setup-browser.mjs";
import { setupCargoTools } from "./setup-cargo-tools.mjs";
import { checkNode, setupNodeModules, setupReference, setupRuntimes } from "./setup-node.mjs";
import { setupWasmStd } from "./setup-wasm-std.mjs";

/** What the tools written in JavaScript need. */
export async function setupNode() {
  checkNode();
  await setupNodeModules();
}

/** What compiling for wasm32 needs. */
export async function setupWasm() {
  await setupWasmStd();
  await setupCargoTools();
}

export async function setupBuild() {
  await setupNode();
  await setupWasm();
}

if (isCommand(import.meta.url)) {
  await main(async () => {
    await setupBuild();
    await setupRuntimes();
    await setupReference();
    await setupBrowser();
    say("setup: all there");
  });
}
