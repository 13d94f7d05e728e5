// The Rust that the user has: the toolchain rustup would use here.
import { join } from "node:path";
import { Problem } from "./print.mjs";
import { output } from "./run.mjs";
import { root } from "./paths.mjs";
import { atLeast, rustMinimum } from "./versions.mjs";

let found;

/** `{ version, host, verbose, sysroot, library }` of the active toolchain; `library` is where its rust-src would be. */
export function activeRust() {
  if (found) return found;
  const verbose = output("rustc", ["-vV"], { cwd: root });
  const sysroot = output("rustc", ["--print", "sysroot"], { cwd: root });
  if (!verbose || !sysroot) throw new Problem("Rust is missing: install it with rustup, from https://rustup.rs");
  const line = (name) => verbose.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
  const version = line("release").split("-")[0];
  if (!atLeast(version, rustMinimum)) {
    throw new Problem(`Rust ${version} is too old: ${rustMinimum} or newer is needed. Run "rustup update stable".`);
  }
  found = { version, host: line("host"), verbose, sysroot, library: join(sysroot, "lib/rustlib/src/rust/library") };
  return found;
}
