import { binOf } from "../lib/bundle.mjs";

/** Suggestions count as errors. */
export const publint = ({ folder, run, tarball }) => run(binOf(folder, "publint"), ["run", "--strict", tarball]);

/** In each kind of resolution that TypeScript has had, node10 too. The core is a file and has no types. */
export const attw = ({ folder, run, tarball }) =>
  run(binOf(folder, "attw"), [tarball, "--profile", "strict", "--no-definitely-typed", "--exclude-entrypoints", "core.wasm", "--format", "ascii"]);
