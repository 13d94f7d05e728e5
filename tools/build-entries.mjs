// The entry points of the published package: one row each, from which bundles, types and exports follow.

/**
 * `name` is the file in dist, `from` the source in pkg-template/src, `subpath` what users import. `beside`: it takes the core from the
 * main entry, of which workerd has its own. `peers` are imported, never bundled; `directive` stands at the head of the file.
 */
export const entries = [
  { name: "index", from: "index.ts", subpath: ".", core: "inline" },
  { name: "slim", from: "slim.ts", subpath: "./slim", core: "file" },
  { name: "proxy", from: "proxy.ts", subpath: "./proxy", beside: true },
  { name: "node", from: "node.ts", subpath: "./node", node: true },
  { name: "browser", from: "browser.ts", subpath: "./browser" },
  // Next takes the hooks for what they are only where the file says so itself.
  { name: "react", from: "react.ts", subpath: "./react", beside: true, peers: ["react"], directive: "use client" },
  { name: "testing", from: "testing.ts", subpath: "./testing" },
  { name: "testing-node", from: "testing-node.ts", subpath: "./testing/node", node: true },
];

/** workerd compiles no bytes at run time, so there the core is a module beside the entry. */
export const workerd = { name: "workerd", from: "workerd.ts", subpath: ".", core: "module" };

/** The same for what stands beside the main entry. */
export const workerdBeside = entries.filter(({ beside }) => beside).map((entry) => ({ ...entry, name: `${entry.name}.workerd` }));

/** The core as a file, for that entry and for `slim`; users reach it as `reelay/core.wasm`. */
export const wasm = "reelay_bg.wasm";

/** The command line: a program, with nothing to import. */
export const cli = { name: "cli", from: "cli.ts", node: true };

/** The exports of package.json. The types stand first in each condition, as TypeScript takes the first that matches. */
export function exportsMap() {
  const map = {};
  for (const { name, subpath, beside } of entries) {
    const esm = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.mjs` };
    const cjs = { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` };
    map[subpath] = {
      ...subpath === workerd.subpath ? { workerd: { types: esm.types, default: `./dist/${workerd.name}.mjs` } } : {},
      ...beside ? { workerd: { types: esm.types, default: `./dist/${name}.workerd.mjs` } } : {},
      bun: esm,
      // Bundlers take this for import and require alike, so a bundle has one copy too.
      module: esm,
      // Node's require() of ESM: one copy of the package for import and require alike.
      "module-sync": esm,
      import: esm,
      require: cjs,
      default: esm,
    };
  }
  return { ...map, "./core.wasm": `./dist/${wasm}`, "./package.json": "./package.json" };
}

/** Where a compiler with `moduleResolution: node10` (`node`), which does not read exports, finds the types. */
export function typesVersions() {
  const beside = entries.filter(({ subpath }) => subpath !== ".");
  return { "*": Object.fromEntries(beside.map(({ name, subpath }) => [subpath.slice(2), [`./dist/${name}.d.ts`]])) };
}
