// wasm-bindgen and wasm-pack, each of one exact version, in the user's cache and never over the user's own.
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { activeRust } from "./lib/rust.mjs";
import { fill } from "./lib/folder.mjs";
import { cached, root } from "./lib/paths.mjs";
import { output, run, which } from "./lib/run.mjs";
import { step } from "./lib/step.mjs";
import { wasmBindgen, wasmPack } from "./lib/versions.mjs";

const tools = [
  {
    crate: "wasm-bindgen-cli", version: wasmBindgen, bin: "wasm-bindgen", beside: "wasm-bindgen-test-runner",
    // Without --locked: its lock file names a crate that has been withdrawn.
    options: ["--debug", "--no-default-features"],
  },
  { crate: "wasm-pack", version: wasmPack, bin: "wasm-pack", options: ["--debug", "--locked"] },
];

const folderOf = (tool) => cached(`${tool.crate}-${tool.version}`);

/** The user's own copy, if it is of the very version. */
function own(tool) {
  const file = which(tool.bin);
  if (!file || (tool.beside && !existsSync(join(dirname(file), tool.beside)))) return null;
  return output(file, ["--version"])?.split(" ").at(-1) === tool.version ? dirname(file) : null;
}

const binOf = (tool) => (existsSync(folderOf(tool)) ? join(folderOf(tool), "bin") : own(tool));

/** The folders to put on PATH. */
export const cargoToolPaths = () => tools.map(binOf).filter(Boolean);

export async function setupCargoTools() {
  for (const tool of tools) {
    await step({
      name: `compile ${tool.crate} ${tool.version} into ${folderOf(tool)}`,
      takes: "1 to 4 minutes, once for each version",
      done: () => binOf(tool),
      work: () => {
        activeRust();
        return fill(folderOf(tool), async (folder) => {
          await run("cargo", [
            "install", "--quiet", tool.crate, "--version", tool.version, ...tool.options,
            "--root", folder, "--target-dir", join(folder, "target"),
          ], {
            cwd: root,
            // Debug information would double the time and take 300 MB.
            env: { ...process.env, CARGO_PROFILE_DEV_DEBUG: "0" },
            hint: `${tool.crate} ${tool.version} did not compile. It needs a C linker (Debian: apt-get install gcc libc6-dev; `
              + "macOS: xcode-select --install) and the crates registry.",
          });
          await rm(join(folder, "target"), { recursive: true });
        });
      },
    });
  }
}
