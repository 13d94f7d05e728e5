import { programOf } from "../lib/program.mjs";

export async function run({ folder, run }) {
  // Files and what tells one process from another; no network.
  const allowed = ["--no-remote", "--no-prompt", "--node-modules-dir=manual", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
  await run(programOf(folder, "@deno", "deno"), ["test", ...allowed]);
}
