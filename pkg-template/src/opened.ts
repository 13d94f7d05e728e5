// A client whose core has started, as the other files of the facade need it.
import type { Alarms } from "./alarms.ts";
import type { Gate } from "./gate.ts";
import type { Scrubber } from "./scrub.ts";
import type { Core } from "./start.ts";
import type { ClientOptions } from "./types.ts";

/** What a client's calls share: the caller's own functions. */
export type Shared = Pick<ClientOptions, "fetch" | "apiKey" | "onEvent">;

export interface Opened {
  core: Core;
  number: number;
  shared: Shared;
  scrubber: Scrubber;
  gate: Gate;
  alarms: Alarms;
  /** What fetch was called with for requests that are all asked in the same way, by that. */
  ways: Map<number, RequestInit>;
}
