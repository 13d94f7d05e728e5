// Imports an entry, calls nothing, and prints what that left behind. Everything that an import could touch is watched.
import { createHook } from "node:async_hooks";
import { createRequire } from "node:module";

// A peer of reelay/react; what its own import does is not looked at.
import "react";

const [specifier, how] = process.argv.slice(2);
const touched = [];
/** Looking at it is noted already: Node starts its own fetch, wasm included, when one of its classes is first looked at. */
const trap = (owner, name) => {
  const { value, get = () => value, enumerable } = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, {
    get: () => {
      touched.push(name);
      return get.call(owner);
    },
    configurable: true,
    enumerable,
  });
};
for (const name of ["fetch", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "atob", "Blob", "Response", "DecompressionStream", "WebAssembly"]) {
  trap(globalThis, name);
}
process.on("newListener", (name) => touched.push(`process.on ${name}`));

const scope = () => [globalThis, Object.prototype, Array.prototype, Promise.prototype, Error.prototype, ReadableStream.prototype].map((of) => Reflect.ownKeys(of).map(String).join());
const resources = () => process.getActiveResourcesInfo().sort().join();
const require = createRequire(import.meta.url);
// What an import brings along whatever is imported: the same twice, of an empty module.
how === "import" ? await import("./nothing.mjs") : require("./nothing.cjs");
const [scopeBefore, resourcesBefore] = [scope(), resources()];
const made = [];
const hook = createHook({ init: (_, type) => made.push(type) }).enable();
const names = Object.keys(how === "import" ? await import(specifier) : require(specifier));
hook.disable();
console.log(JSON.stringify({
  names: names.length,
  touched,
  // Reading files is the loader's work.
  made: [...new Set(made)].filter((type) => type !== "PROMISE" && !/^FS|^FILEHANDLE/.test(type)),
  resources: resources() === resourcesBefore,
  scope: JSON.stringify(scope()) === JSON.stringify(scopeBefore),
}));
// The process ends by itself unless the import keeps it; of the one that does, the probe lets go.
globalThis.end?.();
