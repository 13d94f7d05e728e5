// Debian's compiler for the web (rustc-web and what it needs), downloaded as packages and unpacked privately: nothing is
// installed, and root is not needed.
import { mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Problem, say } from "./lib/print.mjs";
import { output, run, which } from "./lib/run.mjs";
import { atLeast, rustMinimum } from "./lib/versions.mjs";

const isRoot = process.getuid?.() === 0;
const updateHint = 'The package lists are missing or old. Run "apt-get update" as root, then start again.';

const field = (name, text) => text?.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1] ?? "";
const show = (name) => output("apt-cache", ["show", "--no-all-versions", name]);

/** The newest version that apt offers is new enough for this crate. */
function offered() {
  const version = field("Version", show("rustc-web")).match(/^[\d.]+/)?.[0];
  return version !== undefined && atLeast(version, rustMinimum);
}

/** True when this system's packages can be used. Without package lists they are fetched first, which needs root. */
export async function debianHas() {
  if (!["apt-get", "apt-cache", "dpkg-deb", "tar"].every((tool) => which(tool))) return false;
  if (offered()) return true;
  // A Debian whose lists are there has other versions: then updating may help, too.
  if (!/^ID(_LIKE)?=.*debian/m.test(output("cat", ["/etc/os-release"]) ?? "")) return false;
  if (!isRoot) {
    say(`  Debian's rustc-web ${rustMinimum} or newer is not in apt's package lists ("apt-get update" as root may help)`);
    return false;
  }
  await update();
  return offered();
}

async function update() {
  say('  apt\'s package lists are missing or old: running "apt-get update"');
  await run("apt-get", ["update", "--quiet=2"], { hint: updateHint });
}

/** The first package that `name` depends on and whose name matches. */
function dependency(name, pattern) {
  const found = field("Depends", show(name)).match(pattern)?.[0];
  if (!found) throw new Problem(`apt's ${name} does not depend on ${pattern}: is this Debian 12 or its like?`);
  return found;
}

function packages() {
  const std = dependency("libstd-rust-web-dev", /libstd-rust-web-[\d.]+/);
  const llvm = dependency(std, /libllvm\d+/);
  return ["rustc-web", "libstd-rust-web-dev", std, "rust-web-clippy", llvm, dependency(llvm, /libz3-\d+/), llvm.replace("libllvm", "lld-")];
}

async function download(folder, names) {
  const args = ["download", "--quiet=2", ...isRoot ? ["-o", "APT::Sandbox::User=root"] : [], ...names];
  const attempt = () => run("apt-get", args, { cwd: folder, hint: updateHint });
  await mkdir(folder, { recursive: true });
  try {
    await attempt();
  } catch (error) {
    if (!isRoot) throw error;
    await update();
    await attempt();
  }
}

/** Lays the packages out in `folder` as rustup expects a toolchain; returns where the library's sources are. */
export async function unpackDebianToolchain(folder, host) {
  const debs = join(folder, "debs");
  const parts = join(folder, "parts");
  const names = packages();
  say(`  downloading Debian's packages, about 150 MB: ${names.join(", ")}, rust-web-src`);
  await download(debs, [...names, "rust-web-src"]);

  await mkdir(parts);
  for (const deb of await readdir(debs)) {
    if (!deb.startsWith("rust-web-src_")) await run("dpkg-deb", ["--extract", join(debs, deb), parts]);
    // Of the sources only the library: the rest is twenty times as much.
    else await run("sh", ["-c", 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --wildcards "./usr/src/rustc-*/library"', "sh", join(debs, deb), parts]);
  }

  const bin = join(folder, "bin");
  const lib = join(folder, "lib");
  await mkdir(bin);
  await mkdir(lib);
  for (const tool of ["rustc", "clippy-driver", "cargo-clippy"]) await rename(join(parts, "usr/bin", tool), join(bin, tool));
  await rename(join(parts, "usr/lib/rustlib"), join(lib, "rustlib"));
  for (const multiarch of (await readdir(join(parts, "usr/lib"))).filter((name) => name.endsWith("-linux-gnu"))) {
    // librustc_driver, LLVM and z3 find each other beside one another.
    for (const file of await readdir(join(parts, "usr/lib", multiarch))) await rename(join(parts, "usr/lib", multiarch, file), join(lib, file));
  }
  const linker = (await readdir(join(parts, "usr/lib"))).find((name) => /^llvm-\d+$/.test(name));
  const tools = join(lib, "rustlib", host, "bin");
  await mkdir(tools, { recursive: true });
  await rename(join(parts, "usr/lib", linker, "bin/lld"), join(tools, "rust-lld"));

  const sources = (await readdir(join(parts, "usr/src"))).find((name) => name.startsWith("rustc-"));
  const library = join(folder, "library");
  await rename(join(parts, "usr/src", sources, "library"), library);
  await rm(parts, { recursive: true });
  await rm(debs, { recursive: true });
  if (!existsSync(join(library, "sysroot/Cargo.toml"))) throw new Problem("Debian's rust-web-src holds no library/sysroot");
  return library;
}
