// Modules that only the build knows (tools/build-bundles.mjs).

/** The core as base64 of its zlib stream, which DecompressionStream("deflate") reads. */
declare module "#core-bytes" {
  const base64: string;
  export default base64;
}

/** The core as a module, for workerd. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
