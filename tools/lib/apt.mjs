// Debian's packages, installed where that can be done without asking.
import { Problem } from "./print.mjs";
import { run, which } from "./run.mjs";

/** Installs packages as root with apt-get; elsewhere it is a Problem that says what to install. */
export async function aptInstall(packages, hint) {
  if (!which("apt-get") || process.getuid?.() !== 0) throw new Problem(hint);
  await run("apt-get", ["update", "--quiet=2"], { hint });
  await run("apt-get", ["install", "--yes", "--quiet=2", "--no-install-recommends", ...packages], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, hint,
  });
}
