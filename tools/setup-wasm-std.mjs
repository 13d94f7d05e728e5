// The toolchain that compiles for wasm32: rustc with a standard library made for size, in which a panic is a plain trap.
// The one that rustup ships for wasm32 brings the printing of panics along, and is made for speed: 10 KB more.
import { existsSync, readFileSync } from "node:fs";
import { copyFile, link, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { fill } from "./lib/folder.mjs";
import { Problem, say } from "./lib/print.mjs";
import { at, cached, root } from "./lib/paths.mjs";
import { output, run } from "./lib/run.mjs";
import { crateFolders, remapFlags } from "./lib/remap.mjs";
import { activeRust } from "./lib/rust.mjs";
import { step } from "./lib/step.mjs";
import { debianHas, unpackDebianToolchain } from "./setup-debian.mjs";

/** Raised when the recipe below changes, so that what older recipes built is not taken for it. */
const recipe = 3;
export const wasmTarget = "wasm32-unknown-unknown";
/**
 * A panic traps at once. Every turn of the core is a plain call, so the facade catches that as it catches any exception,
 * and the call rejects with `internal`. Unwinding, for the same, cost 13 KB of landing pads.
 */
export const trapFlags = ["-Zunstable-options", "-Cpanic=immediate-abort"];
/** A stable rustc takes those flags only so. */
export const allowTraps = { RUSTC_BOOTSTRAP: "1" };

const hasSources = () => existsSync(join(activeRust().library, "sysroot", "Cargo.toml"));

/** Debian's compiler is a whole of its own; with rust-src the standard library belongs to one rustc of the user's. */
const debianFolder = () => cached(`wasm-rust-${recipe}-debian`);
function mirrorFolder() {
  const { version, verbose, sysroot } = activeRust();
  const key = createHash("sha256").update(verbose + sysroot).digest("hex").slice(0, 10);
  return cached(`wasm-rust-${recipe}-${version}-${key}`);
}

/** The toolchain folder, for RUSTUP_TOOLCHAIN; null before the set-up. */
export function wasmToolchain() {
  const folder = hasSources() ? mirrorFolder() : debianFolder();
  return existsSync(folder) ? folder : null;
}

export async function setupWasmStd() {
  if (!output("rustup", ["--version"])) {
    throw new Problem("rustup is missing: the build chooses its compiler through it. Install Rust with rustup, from https://rustup.rs");
  }
  await step({
    name: "build the wasm32 standard library",
    takes: "about 1 minute, 2 on a busy machine, once",
    done: wasmToolchain,
    work: async () => {
      if (!hasSources() && await debianHas()) await fill(debianFolder(), buildDebian);
      else {
        if (!hasSources()) await addSources();
        await fill(mirrorFolder(), buildMirror);
      }
    },
  });
  await linkCargo();
  await forgetOldBuilds();
}

async function addSources() {
  say('  the sources of the standard library are missing: running "rustup component add rust-src"');
  await run("rustup", ["component", "add", "rust-src"], {
    cwd: root,
    hint: [
      "The standard library for wasm32 must be built once, and its sources were found nowhere. Any one of these will do:",
      "- rustup component add rust-src",
      "- on Debian 12 or its like: apt-get update, so that rustc-web and rust-web-src can be downloaded",
    ].join("\n"),
  });
}

async function buildDebian(folder) {
  const { host } = activeRust();
  const library = await unpackDebianToolchain(folder, host);
  await symlink(output("rustup", ["which", "cargo"], { cwd: root }), join(folder, "bin", "cargo"));
  await buildStd({ folder, library, toolchain: folder });
  await rm(library, { recursive: true });
}

/** The user's own toolchain by links, with a wasm32 standard library of ours in it: theirs stays as it is. */
async function buildMirror(folder) {
  const { sysroot, library } = activeRust();
  await linkAll(sysroot, folder, { leave: ["bin", "lib"] });
  // rustc looks for its sysroot from the true path of its own files, so these cannot be symbolic links.
  await linkAll(join(sysroot, "bin"), join(folder, "bin"), { hard: true });
  await linkAll(join(sysroot, "lib"), join(folder, "lib"), { hard: true, leave: ["rustlib"] });
  await linkAll(join(sysroot, "lib/rustlib"), join(folder, "lib/rustlib"), { leave: [wasmTarget] });
  await buildStd({ folder, library, toolchain: sysroot });
}

/** Folders by symbolic links, and files too, unless `hard`: a copy where the file system is another. */
async function linkAll(from, to, { hard = false, leave = [] }) {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (leave.includes(entry.name)) continue;
    if (hard && entry.isFile()) await link(source, target).catch(() => copyFile(source, target));
    else await symlink(source, target);
  }
}

async function buildStd({ folder, library, toolchain }) {
  const target = join(folder, "target");
  const cargo = (args, env) => run("cargo", [...args, "--quiet", "--locked", "--target", wasmTarget, "--manifest-path", join(library, "sysroot", "Cargo.toml")], {
    cwd: join(library, "sysroot"),
    env: { ...process.env, RUSTUP_TOOLCHAIN: toolchain, ...allowTraps, ...env },
    hint: "The standard library for wasm32 did not compile: see above. It needs eight small crates from the registry.",
  });
  // First, so that the folders whose paths are to be hidden are there.
  await cargo(["fetch"]);
  // "s" and its feature: 10 KB less in the package than the 3 of the profile.
  await cargo(["build", "--profile", "dist", "--features", "optimize_for_size", "--target-dir", target], {
    CARGO_PROFILE_DIST_OPT_LEVEL: "s",
    CARGO_PROFILE_DIST_DEBUG: "0",
    CARGO_ENCODED_RUSTFLAGS: [
      "-Awarnings", "-Zforce-unstable-if-unmarked", ...trapFlags,
      ...remapFlags([[folder, "/rust"], [library, "/rust/library"], ...crateFolders()]),
    ].join("\x1f"),
  });
  const into = join(folder, "lib/rustlib", wasmTarget, "lib");
  await mkdir(into, { recursive: true });
  const built = join(target, wasmTarget, "dist", "deps");
  for (const name of await readdir(built)) if (name.endsWith(".rlib")) await copyFile(join(built, name), join(into, name));
  await rm(target, { recursive: true });
  await writeFile(join(folder, "build-id"), randomUUID());
}

/** Debian's rustc is driven by the user's cargo, which moves when they change toolchains. */
async function linkCargo() {
  const link = join(wasmToolchain(), "bin", "cargo");
  if (existsSync(link)) return;
  const fresh = `${link}.${process.pid}`;
  await symlink(output("rustup", ["which", "cargo"], { cwd: root }), fresh);
  await rename(fresh, link);
}

/** Cargo does not notice another standard library of the same rustc version (E0463): what the old one built goes. */
async function forgetOldBuilds() {
  const stamp = at("target", "wasm", "build-id");
  const id = readFileSync(join(wasmToolchain(), "build-id"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === id) return;
  await rm(at("target", "wasm"), { recursive: true, force: true });
  await mkdir(at("target", "wasm"), { recursive: true });
  await writeFile(stamp, id);
}
