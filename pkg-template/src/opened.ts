// A client whose core has started, as the other files of the facade need it.
import type { Shared } from "./call-host.ts";
import type { Gate } from "./gate.ts";
import type { Core } from "./start.ts";

export interface Opened {
  core: Core;
  number: number;
  shared: Shared;
  gate: Gate;
}
