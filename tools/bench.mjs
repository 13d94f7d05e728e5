// `npm run bench`: ours beside its peers, which are dependencies of tests/bench alone. Arguments go to tests/bench/run.mjs.
import { build } from "./build.mjs";
import { at } from "./lib/paths.mjs";
import { main } from "./lib/print.mjs";
import { run } from "./lib/run.mjs";
import { npmCi } from "./setup-node.mjs";

await main(async () => {
  await build();
  await npmCi(at("tests/bench"));
  await run(process.execPath, [at("tests/bench/run.mjs"), ...process.argv.slice(2)], { cwd: at("tests/bench") });
});
