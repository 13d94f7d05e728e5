// The Nodes that are measured: the one that runs this, and the one from npm that the newest of some peers need.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { programOf } from "../consumers/lib/program.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));
const majorOf = (version) => Number(version.split(".")[0]);

/** Null where npm has none for this system. */
function fromNpm() {
  let execPath;
  try {
    execPath = programOf(folder, "node-", "bin/node");
  } catch (error) {
    process.stderr.write(`bench: this Node alone: ${error.message}\n`);
    return null;
  }
  const { version } = JSON.parse(readFileSync(join(dirname(dirname(execPath)), "package.json"), "utf8"));
  return { major: majorOf(version), version, execPath };
}

/** One of each major version. */
export function measuredNodes() {
  const running = { major: majorOf(process.versions.node), version: process.versions.node, execPath: process.execPath };
  const other = fromNpm();
  return !other || other.major === running.major ? [running] : [running, other].sort((a, b) => a.major - b.major);
}

/** Every subject on every Node that it is measured on; `key` tells them apart, and begins with the subject's name. */
export function runsOf(subjects, nodes) {
  return nodes.flatMap((node) =>
    subjects
      .filter(({ since = 0, until = Infinity }) => since <= node.major && node.major < until)
      .map((subject) => ({ key: `${subject.name}@${node.major}`, subject, node })),
  );
}

/** The floor of the same Node. */
export const floorOf = ({ node }) => `raw@${node.major}`;
