// The core as a file of its own: fetched or read, and held against the version of the entry that starts it.
import { invalid, ReelayError } from "./error.ts";
import { unsigned } from "./scrub.ts";
import type { CoreSource } from "./slim.ts";
import { unavailable } from "./start.ts";

declare const REELAY_VERSION: string;

const hint = "Serve the file reelay/core.wasm of this very version of the package, and give its address to preload().";

const missing = (message: string, cause?: unknown) => new ReelayError("wasm_unavailable", { message: unsigned(message), hint, cause });

/** The module of the core. */
export async function fromFile(given: CoreSource | PromiseLike<CoreSource>): Promise<WebAssembly.Module> {
  const found = await read(given).catch((cause: unknown) => {
    if (cause instanceof ReelayError) throw cause;
    throw missing(`The core cannot be read${typeof given === "string" || given instanceof URL ? ` from ${given}` : ""}.`, cause);
  });
  const module = found instanceof WebAssembly.Module ? found : await WebAssembly.compile(found).catch((cause: unknown) => {
    throw unavailable(cause);
  });
  const [note] = WebAssembly.Module.customSections(module, "reelay");
  const version = note && new TextDecoder().decode(note);
  // A cache may hold an older file under the same address; its functions would be called with the wrong arguments.
  if (version !== REELAY_VERSION) throw missing(`This is reelay ${REELAY_VERSION}, but the core is ${version ? `of ${version}` : "another program"}.`);
  return module;
}

async function read(given: CoreSource | PromiseLike<CoreSource>): Promise<BufferSource | WebAssembly.Module> {
  const source = await given;
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer) return checked(new Uint8Array(source), "What was given");
  if (ArrayBuffer.isView(source)) return checked(new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength), "What was given");
  if (source instanceof Response) return body(source);
  if (typeof source !== "string" && !(source instanceof URL)) throw invalid("The core must be an address, a Response, bytes or a WebAssembly.Module.");
  const address = String(source);
  // By this name and not by an import, at which bundlers for browsers stop. Node's fetch reads no files.
  const files = address.startsWith("file:") && globalThis.process?.getBuiltinModule?.("fs");
  return files ? checked(await files.promises.readFile(new URL(address)) as Uint8Array<ArrayBuffer>, address) : body(await fetch(address));
}

async function body(response: Response): Promise<BufferSource> {
  const bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
  return checked(bytes, `${response.url || "The answer"} (HTTP ${response.status}, ${response.headers.get("content-type") ?? "no media type"})`);
}

/** By the first bytes: where a file is missing, servers of pages answer with the start page, and 200. */
function checked(bytes: Uint8Array<ArrayBuffer>, what: string): BufferSource {
  if (new TextDecoder().decode(bytes.subarray(0, 4)) === "\0asm") return bytes;
  throw missing(`${what} is not the core.`);
}
