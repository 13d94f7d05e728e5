import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { stubFor } from "./stub.mjs";
import { apiKey, verify } from "./subjects.mjs";

const folder = fileURLToPath(new URL("../../.build/bench/", import.meta.url));

/** Bytes of a minified browser bundle that makes one client and asks once, plain and gzipped; each bundle is then run. */
export async function measureBundles(subjects) {
  const { build } = await import("esbuild");
  mkdirSync(folder, { recursive: true });
  const sizes = {};
  for (const subject of subjects) {
    const { outputFiles } = await build({
      stdin: { contents: `export { connect } from "./${subject.name}.mjs";`, resolveDir: fileURLToPath(new URL("clients/", import.meta.url)) },
      bundle: true, external: ["node:*"], minify: true, format: "esm", platform: "browser", legalComments: "none", write: false, logLevel: "error",
    });
    const code = outputFiles[0].contents;
    sizes[subject.name] = { bytes: code.length, gzip: gzipSync(code, { level: 9 }).length };
    await prove(subject, code);
  }
  return sizes;
}

/** A bundle that lost half of the client to a bundler's mistake would be small, too. */
async function prove(subject, code) {
  const file = `${folder}${subject.name}.mjs`;
  writeFileSync(file, code);
  const { connect } = await import(pathToFileURL(file));
  const stub = stubFor(subject);
  const query = connect({ baseUrl: "http://127.0.0.1/relay", apiKey, fetch: stub.fetch });
  for (const task of subject.tasks) {
    verify(subject, task, await query(task.id));
    stub.verify(task);
  }
}
