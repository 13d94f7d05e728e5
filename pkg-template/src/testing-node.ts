// `reelay/testing/node`: the same relay on a real port, for Node, Deno and Bun.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { MockRelay, MockRequest, MockScript } from "./testing-types.ts";
import { serve as start } from "./testing/node-server.ts";

export interface ServeOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** The port of the second origin, where signed addresses point. Default 0: any free port. */
  cdnPort?: number;
  /** Asked before the relay, for what else this port serves. True: it has answered, or will. */
  site?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
}

export interface MockServer {
  /** The relay's base URL, without a trailing slash. */
  url: string;
  cdnUrl: string;
  relay: MockRelay;
  requests: MockRequest[];
  /** Refuses connections from now on, and ends those that are open: a relay that restarts. */
  down(): Promise<void>;
  /** Listens again, on the same ports. */
  up(): Promise<void>;
  /** Ends every connection, and frees the ports. */
  close(): Promise<void>;
}

/**
 * A relay on a real port, and its second origin on another. A script gets the sample video that comes with the package, unless it
 * brings its own; a relay from `mockRelay` is served as it is, and its `baseUrl` and `cdnUrl` change to the real addresses.
 */
export const serve: (what: MockScript | MockRelay, options?: ServeOptions) => Promise<MockServer> = start;
