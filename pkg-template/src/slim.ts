// `reelay/slim`: the package without the core inside it, for hosts that take no inlined bytes. The core is a file beside the entry.
import { fromFile } from "./core-file.ts";
import { ready, startFrom } from "./start.ts";

// As bundlers know it: webpack, Vite and Parcel copy the file along with what they make.
startFrom(() => fromFile(new URL("./reelay_bg.wasm", import.meta.url)));

export * from "./api.ts";

/** Where `reelay/core.wasm` is, or what it holds. The last is a `WebAssembly.Module`, for which only the DOM's types have a name. */
export type CoreSource = string | URL | Response | ArrayBuffer | ArrayBufferView | object;

/**
 * Starts the core before the first call, and says where it is: the address of `reelay/core.wasm`, an answer to it, its bytes, or the module.
 * Left out, it is the file beside this entry. To be called before any other call; the first start that succeeds stays.
 *
 * @throws {@link ReelayError} `wasm_unavailable` where there is no core, another version's, or the host forbids WebAssembly.
 * @example
 * ```ts
 * import { preload } from "reelay/slim";
 * import core from "reelay/core.wasm?url"; // Vite
 *
 * await preload(core);
 * ```
 */
export async function preload(core?: CoreSource | PromiseLike<CoreSource>): Promise<void> {
  if (core !== undefined) startFrom(() => fromFile(core));
  await ready();
}
