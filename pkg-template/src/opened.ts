// A client as the other files of the facade need it.
import type { readText } from "./host.ts";
import type { Core } from "./start.ts";
import type { ClientOptions } from "./types.ts";

/** What the core asks back from a call. */
export interface Host {
  fetch: typeof fetch | undefined;
  apiKey: ClientOptions["apiKey"];
  onEvent: ClientOptions["onEvent"];
  readText: typeof readText;
}

/** A client whose core has started. */
export interface Opened {
  core: Core;
  number: number;
  host: Host;
}
