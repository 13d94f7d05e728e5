// The app in lib/app.jsx, bundled with one React or another.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(at("../package.json"));
const { exports: map } = require(at("../../../pkg/package.json"));

/** The versions of React that are tried, and what each is called in node_modules. */
export const versions = [["react", "react-dom"], ["react-18", "react-dom-18"]]
  .map(([react, dom]) => ({ version: require(`${react}/package.json`).version, react, dom }));

/** `code` in place of the app. */
export async function bundled({ react, dom }, code = readFileSync(at("app.jsx"), "utf8")) {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: "jsx", resolveDir: at(".") },
    absWorkingDir: at(".."),
    bundle: true, write: false, format: "esm", jsx: "automatic", target: "es2022", logLevel: "warning",
    define: { "process.env.NODE_ENV": '"development"' },
    alias: { react, "react-dom": dom },
    plugins: [{
      name: "the built package",
      setup(build) {
        build.onResolve({ filter: /^reelay(\/|$)/ }, ({ path }) => ({ path: at(`../../../pkg/${map[path.replace("reelay", ".")].import.default}`) }));
      },
    }],
  });
  return outputFiles[0].text;
}

export const pageOf = (markup = "") => `<!doctype html><html lang="en"><title>React</title><link rel="icon" href="data:,"><body>${markup}<script type="module" src="/app.js"></script>`;
