// `reelay/testing/node`: the same relay on a real port, for Node, Deno and Bun.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { MockRelay, MockRequest, MockScript } from "./testing-types.ts";
import { serve as start } from "./testing/node-server.ts";

/** Where the relay listens, and what else is there. */
export interface ServeOptions {
  /** The relay's port, 0 to 65_535. Default 0: any free port. */
  port?: number;
  /** The address to listen at. Default 127.0.0.1: nobody else on the network. */
  host?: string;
  /** The port of the second origin, where signed addresses point, 0 to 65_535. Default 0: any free port. */
  cdnPort?: number;
  /** Asked before the relay, for what else this port serves. True: it has answered, or will. Default: nothing else. */
  site?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
}

/** A relay that listens. Its process goes on until it is closed. */
export interface MockServer {
  /** The relay's base URL, without a trailing slash. */
  url: string;
  /** The second origin, where signed addresses point. */
  cdnUrl: string;
  /** The relay behind the port: its clock, and what it does. */
  relay: MockRelay;
  /** The relay's: what both origins have seen. */
  requests: MockRequest[];
  /**
   * Refuses connections from now on, and ends those that are open: a relay that restarts.
   * @throws an Error of the system's, which is not to be expected.
   * @example
   * ```ts
   * import { serve } from "reelay/testing/node";
   *
   * const server = await serve({ tasks: { video_1: [{ status: "succeeded" }] } });
   * const client = createClient({ baseUrl: server.url, retries: 0 });
   * await server.down();
   * console.log((await client.query("video_1").catch((error) => error)).code); // → network
   * await server.up();
   * console.log((await client.query("video_1")).status); // → succeeded
   * await server.close();
   * ```
   */
  down(): Promise<void>;
  /**
   * Listens again, on the same ports.
   * @throws an Error with the code `EADDRINUSE` where another program has taken one meanwhile.
   * @example
   * ```ts
   * import { serve } from "reelay/testing/node";
   *
   * const server = await serve({ tasks: {} });
   * await server.down();
   * await server.up();
   * await server.close();
   * ```
   */
  up(): Promise<void>;
  /**
   * Ends every connection, and frees the ports.
   * @throws an Error of the system's, which is not to be expected.
   * @example
   * ```ts
   * import { serve } from "reelay/testing/node";
   *
   * const server = await serve({ tasks: {} });
   * await server.close();
   * ```
   */
  close(): Promise<void>;
}

/**
 * A relay on a real port, and its second origin on another. A script gets the sample video that comes with the package, unless it
 * brings its own; a relay from `mockRelay` is served as it is, and its `baseUrl` and `cdnUrl` change to the real addresses.
 *
 * @throws TypeError that names the place of a mistake in the script; an Error of the system's where a port cannot be had.
 * @example
 * ```ts
 * import { serve } from "reelay/testing/node";
 *
 * const server = await serve({ apiKey: "test-key", tasks: { video_1: [{ status: "succeeded" }] } });
 * const client = createClient({ baseUrl: server.url, apiKey: "test-key" });
 * console.log((await client.wait("video_1")).status); // → succeeded
 * await server.close();
 * ```
 * @function
 */
export const serve: (what: MockScript | MockRelay, options?: ServeOptions) => Promise<MockServer> = start;
