// `reelay/testing`: a relay in memory, for tests in any runtime.
import type { MockRelay, MockScript } from "./testing-types.ts";
import { mockRelay as make } from "./testing/relay.ts";

/**
 * A relay that does what the script says. Throws a TypeError that names the place if the script has a mistake.
 * @example
 * const relay = mockRelay({ tasks: { video_1: [{ http: 503 }, { status: "running", progress: 0.4 }, { status: "succeeded" }] } });
 * const client = createClient({ baseUrl: relay.baseUrl, fetch: relay.fetch });
 */
export const mockRelay: (script: MockScript) => MockRelay = make;
export type {
  ByteFault, Clock, MockFormat, MockRelay, MockRequest, MockScript, MockStep, Place, Result, Step, Trouble,
} from "./testing-types.ts";
