// The demo page's "copy as code" for Node, as its note says: Deno and Bun run it, too.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "../../pkg/dist/testing-node.mjs";
import { program } from "../../www/recipes.js";
import { runtimes } from "./lib/run.mjs";

const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
const id = `it's "a" \\ b \${1} </script>`;

describe("code copied from the page", () => {
  for (const runtime of Object.keys(runtimes)) {
    test(`saves the film, in ${runtime}`, async (t) => {
      const server = await serve({ apiKey: "code-key", tasks: { [id]: [{ status: "running" }, { status: "succeeded" }], gone: [{ status: "expired" }] } });
      t.after(() => server.close());
      const folder = mkdtempSync(join(tmpdir(), "reelay-code-"));
      t.after(() => rmSync(folder, { recursive: true }));
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(pkg, join(folder, "node_modules/reelay"), "junction");
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", dependencies: { reelay: "*" } }));
      const tasks = [{ id, format: "auto" }, { id: "gone", format: "openai-videos" }];
      writeFileSync(join(folder, "call.mjs"), program({
        via: "direct", baseUrl: server.url, format: "auto", prefix: "", tasks, poll: { minMs: 10, maxMs: 50 }, timeoutMs: 60_000, deed: "download",
      }));
      const [command, ...args] = runtimes[runtime](["--allow-write", "--allow-sys"]);
      const { stdout, stderr } = await promisify(execFile)(command, [...args, "call.mjs"], { cwd: folder, env: { ...process.env, RELAY_KEY: "code-key" }, timeout: 60_000 });
      const [path] = stdout.split(": ");
      assert.deepEqual(readFileSync(path), readFileSync(join(pkg, "assets/sample.mp4")));
      assert.match(stderr, /^gone: task_expired: /m);
    });
  }
});
