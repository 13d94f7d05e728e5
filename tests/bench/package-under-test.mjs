import { existsSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../pkg", import.meta.url));
const link = fileURLToPath(new URL("node_modules/reelay", import.meta.url));

/** Puts the built package where an install would, so that Node and esbuild find it through its own exports map. */
export function linkPackage() {
  if (!existsSync(`${built}/dist/index.mjs`)) throw new Error("pkg/dist/index.mjs is not there: run `npm run build` first");
  rmSync(link, { force: true });
  symlinkSync(built, link, "junction");
}
