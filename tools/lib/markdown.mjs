// Markdown as the READMEs and the pages of the formats have it.

/** A number with its thousands apart, as in code. */
export const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 3 }).replaceAll(",", "_");

export const code = (text) => `\`${text}\``;

export function table(heads, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), `|${" --- |".repeat(heads.length)}`, ...rows.map(line)].join("\n");
}
