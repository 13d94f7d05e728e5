// Starting the core: once, at the first call, and by the one way that works in this host.
import {
  admit, close, forget, impostor, initSync, install, patience, release, request, to_read, turn,
} from "#core";
import { ReelayError } from "./error.ts";
import { flattenText } from "./flatten.ts";
import { matches, partsOf } from "./host.ts";

/** Named one by one: of the whole module a bundler would keep all. */
const core = {
  admit, close, forget, impostor, install, patience, release, request, to_read, turn,
};

/** The core's functions. */
export type Core = typeof core;

type Source = () => Promise<BufferSource | WebAssembly.Module>;
let source: Source;
let starting: Promise<Core> | undefined;

/** Where this entry has its core. Nothing is loaded yet. */
export function startFrom(from: Source): void {
  source = from;
}

/** The core, started. Memoised; a failed start is tried again by the next call. */
export function ready(): Promise<Core> {
  return (starting ??= start().catch((cause: unknown) => {
    starting = undefined;
    throw cause;
  }));
}

async function start(): Promise<Core> {
  if (typeof WebAssembly === "undefined") throw unavailable(undefined);
  const from = await source();
  try {
    // Compiled here: the glue's own start would bring along what fetches and streams a core.
    initSync({ module: from instanceof WebAssembly.Module ? from : await WebAssembly.compile(from) });
  } catch (cause) {
    throw unavailable(cause);
  }
  core.install({ flatten: flattenText, url: partsOf, matches });
  return core;
}

/** The host does not start WebAssembly. */
export function unavailable(cause: unknown): ReelayError {
  return new ReelayError("wasm_unavailable", { message: "WebAssembly cannot be started here.", cause });
}
