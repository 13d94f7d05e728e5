// What the tools say, and how they fail.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A failure the reader can mend: printed as its message alone, without a stack. */
export class Problem extends Error {}

export const say = (line = "") => process.stdout.write(`${line}\n`);

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs a tool's `main` and turns its failure into a message and an exit code. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Problem ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

/** True when the module of this `import.meta.url` is the one that node was started with. */
export const isCommand = (url) => process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
