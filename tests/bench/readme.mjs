// The blocks of the README that are measured.
import { readFileSync, writeFileSync } from "node:fs";
import { withBlock } from "../../tools/lib/markdown.mjs";

const file = new URL("../../README.md", import.meta.url);

export const fillBlock = (name, content) => writeFileSync(file, withBlock(readFileSync(file, "utf8"), name, content));
