// Markdown as the READMEs and the pages of the formats have it.
import { Problem } from "./print.mjs";

/** A number with its thousands apart, as in code. */
export const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 3 }).replaceAll(",", "_");

export const code = (text) => `\`${text}\``;

export function table(heads, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), `|${" --- |".repeat(heads.length)}`, ...rows.map(line)].join("\n");
}

/** A text with what stands between `<!-- name -->` and `<!-- /name -->` replaced; refused unless that block stands there once. */
export function withBlock(text, name, content) {
  const block = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`, "g");
  const found = text.match(block)?.length ?? 0;
  if (found !== 1) throw new Problem(`a README needs the block <!-- ${name} --> ... <!-- /${name} --> once, not ${found} times`);
  return text.replace(block, (_, start, end) => `${start}\n${content}\n\n${end}`);
}
