import { programOf } from "../lib/program.mjs";

export async function run({ relay, folder, run }) {
  const deno = programOf(folder, "@deno", "deno");
  // Nothing but the relay and its second origin: no files, no environment.
  const allowed = ["run", "--no-remote", "--no-prompt", "--node-modules-dir=manual", "--allow-net=127.0.0.1"];
  relay.check(JSON.parse(await run(deno, [...allowed, "main.mjs", relay.url])));
}
