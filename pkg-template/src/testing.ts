// `reelay/testing`: a relay in memory, for tests in any runtime.
import type { MockRelay, MockScript } from "./testing-types.ts";
import { mockRelay as make } from "./testing/relay.ts";

/**
 * A relay that does what the script says.
 *
 * @throws TypeError that names the place of a mistake in the script.
 * @example
 * ```ts
 * const simulated = mockRelay({ tasks: { video_1: [{ status: "queued" }, { http: 503 }, { status: "succeeded" }] } });
 * const client = createClient({ baseUrl: simulated.baseUrl, fetch: simulated.fetch });
 * const task = await client.wait("video_1", { poll: { maxMs: 0 } });
 * console.log(task.status, simulated.requests.length); // → succeeded 3
 * ```
 * @function
 */
export const mockRelay: (script: MockScript) => MockRelay = make;
export type {
  ByteFault, Clock, MockFormat, MockRelay, MockRequest, MockScript, MockStep, Place, Result, Step, Trouble,
} from "./testing-types.ts";
