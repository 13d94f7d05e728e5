// The blocks of the README that are measured, between `<!-- name -->` and `<!-- /name -->`.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../../README.md", import.meta.url);

export function fillBlock(name, content) {
  const text = readFileSync(file, "utf8");
  const block = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!block.test(text)) throw new Error(`README.md has no <!-- ${name} --> block`);
  writeFileSync(file, text.replace(block, (_, open, close) => `${open}\n${content}\n\n${close}`));
}
