// pkg/: the publishable package, put together from the core, the bundles, the types and pkg-template.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./build-bundles.mjs";
import { cli, entries, exportsMap, typesVersions, wasm, workerd, workerdBeside } from "./build-entries.mjs";
import { declarations } from "./build-types.mjs";
import { at } from "./lib/paths.mjs";
import { Problem, say } from "./lib/print.mjs";
import { output } from "./lib/run.mjs";
import { filesBelow, stage } from "./lib/stage.mjs";
import { packageVersion } from "./lib/versions.mjs";

const licenses = ["LICENSE-MIT", "LICENSE-APACHE"];

export async function buildPackage() {
  await stage({
    name: "package",
    inputs: [
      "pkg-template", "package-lock.json", ...licenses, ".build/wasm", ".build/generated",
      ...["package", "entries", "bundles", "types"].map((name) => `tools/build-${name}.mjs`),
    ],
    key: packageVersion,
    outputs: ["pkg/package.json", "pkg/dist"],
    work: async () => {
      // Aside, then moved into place: a failed build leaves the last good package.
      const next = at(".build/pkg");
      rmSync(next, { recursive: true, force: true });
      mkdirSync(join(next, "dist"), { recursive: true });
      await bundle(join(next, "dist"));
      const types = await declarations(join(next, "dist"));
      chmodSync(join(next, "dist", `${cli.name}.mjs`), 0o755);
      writeFileSync(join(next, "dist", wasm), Buffer.concat([readFileSync(at(".build/wasm", wasm)), versionSection()]));
      if (!existsSync(at("pkg-template/README.md"))) throw new Problem("pkg-template/README.md, the README on npm, is missing");
      copyFileSync(at("pkg-template/README.md"), join(next, "README.md"));
      for (const license of licenses) copyFileSync(at(license), join(next, license));
      cpSync(at("pkg-template/assets"), join(next, "assets"), { recursive: true });
      writeFileSync(join(next, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
      checkFiles(next, types);
      rmSync(at("pkg"), { recursive: true, force: true });
      renameSync(next, at("pkg"));
    },
  });
}

/** A custom section (WebAssembly's binary format, 5.5.3) that says which version's core the file is: pkg-template/src/core-file.ts reads it. */
function versionSection() {
  const text = (value) => [value.length, ...Buffer.from(value)];
  const body = [...text("reelay"), ...Buffer.from(packageVersion)];
  // Lengths of less than 128 are one byte.
  return Buffer.from([0, body.length, ...body]);
}

function manifest() {
  const { name, description, ...rest } = JSON.parse(readFileSync(at("pkg-template/package.json"), "utf8"));
  return { name, version: packageVersion, description, ...rest, exports: exportsMap(), typesVersions: typesVersions() };
}

/** What npm would publish is asked from npm itself: ignore files have emptied packages before. */
function checkFiles(folder, types) {
  const json = output("npm", ["pack", "--json", "--dry-run", "--loglevel=error"], { cwd: folder, stderr: "inherit" });
  if (json === null) throw new Problem("npm pack failed");
  // A list in one npm, an object by package name in another.
  const [{ files, size }] = Object.values(JSON.parse(json));
  const packed = files.map(({ path }) => path).sort();
  const expected = [
    "package.json", "README.md", ...licenses, `dist/${wasm}`, `dist/${workerd.name}.mjs`, `dist/${cli.name}.mjs`,
    ...workerdBeside.map(({ name }) => `dist/${name}.mjs`),
    ...entries.flatMap(({ name }) => [`dist/${name}.mjs`, `dist/${name}.cjs`]),
    ...types.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.d.cts`]),
    ...filesBelow("pkg-template/assets").map((path) => path.replace("pkg-template/", "")),
  ].sort();
  if (packed.join() !== expected.join()) throw new Problem(`npm would publish\n  ${packed.join("\n  ")}\ninstead of\n  ${expected.join("\n  ")}`);
  say(`  ${packed.length} files, ${size} bytes packed`);
}
