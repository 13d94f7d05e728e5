// `npm run build`: set-up, then the package into pkg/. Each stage is skipped when its inputs are unchanged.
import { buildCore, buildTables } from "./build-core.mjs";
import { buildPackage } from "./build-package.mjs";
import { isCommand, main, say, seconds } from "./lib/print.mjs";
import { setupBuild } from "./setup.mjs";

export async function build() {
  const start = performance.now();
  await setupBuild();
  await buildCore();
  await buildTables();
  await buildPackage();
  say(`build: pkg/ is ready (${seconds(start)})`);
}

if (isCommand(import.meta.url)) await main(build);
