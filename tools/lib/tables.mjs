// The tables of the crate as it is now.
import { readFileSync } from "node:fs";
import { buildTables } from "../build-core.mjs";
import { at } from "./paths.mjs";

export async function readTables() {
  await buildTables();
  // A TypeScript file of nothing but constants: without their `as const` it is JavaScript.
  const source = readFileSync(at(".build/generated/tables.ts"), "utf8").replaceAll(" as const;", ";");
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}
