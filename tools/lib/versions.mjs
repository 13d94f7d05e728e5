// Versions of the tools. npm's are pinned by package-lock.json.
import { cargoToml } from "./paths.mjs";

export const nodeMajor = 20;
export const rustMinimum = cargoToml(/^rust-version = "([\d.]+)"/m);
export const packageVersion = cargoToml(/^version = "([^"]+)"/m);
/** The crate and the command-line tool share a private schema, so their versions are one. */
export const wasmBindgen = cargoToml(/^wasm-bindgen = "=([\d.]+)"/m);
export const wasmPack = "0.15.1";

/** True when dotted version `a` is at least `b`. */
export function atLeast(a, b) {
  const [x, y] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < y.length; i++) if ((x[i] ?? 0) !== y[i]) return (x[i] ?? 0) > y[i];
  return true;
}
