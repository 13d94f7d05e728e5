// reelay/proxy in Deno.serve and Bun.serve, over real sockets.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { checkHost, KEY, startUpstream } from "../package/lib/proxy-host.mjs";
import { start } from "./lib/run.mjs";

for (const runtime of ["deno", "bun"]) {
  test(`${runtime}: all that a host must do`, { timeout: 120_000 }, async (t) => {
    const upstream = await startUpstream();
    t.after(() => upstream.close());
    const child = start(runtime, "proxy", { relay: upstream.url, apiKey: KEY }, { limitMs: 120_000 });
    t.after(() => child.kill("SIGKILL"));
    const [line] = await Promise.race([once(child.stdout, "data"), child.outcome.then(() => assert.fail("it ended"))]);
    // Bun takes the length off every stream: github.com/oven-sh/bun/issues/10507. Content-Range tells it all the same.
    await checkHost(`${JSON.parse(line).url}/api/relay`, upstream, { sized: runtime === "bun" ? ["HEAD"] : ["GET", "HEAD"] });
  });
}
