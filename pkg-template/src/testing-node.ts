// `reelay/testing/node`: the same relay on a real port, for Node, Deno and Bun.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { MockRelay, MockRequest, MockScript } from "./testing-types.ts";
import { serve as start } from "./testing/node-server.ts";

/** Where a relay is served, and what else is. */
export interface ServeOptions {
  /** The relay's port: 0 to 65 535. Default 0: any free port. Example: `port: 8080`. */
  port?: number;
  /** The address to listen on. Default `127.0.0.1`. Example: `host: "0.0.0.0"`. */
  host?: string;
  /** The port of the second origin, where signed addresses point: 0 to 65 535. Default 0: any free port. Example: `cdnPort: 8081`. */
  cdnPort?: number;
  /**
   * Asked before the relay, for what else this port serves. True: it has answered, or will. Default: nothing else.
   * Example: `site: (request, response) => request.url === "/" && Boolean(response.end("hello"))`.
   */
  site?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
}

/** A relay that is served on real ports. */
export interface MockServer {
  /** The relay's base URL, without a trailing slash. Example: `createClient({ baseUrl: server.url })`. */
  url: string;
  /** The second origin, where signed addresses point, without a trailing slash. */
  cdnUrl: string;
  /** The relay itself: its clock, its `reset()`. */
  relay: MockRelay;
  /** What the relay has seen: `relay.requests`. */
  requests: MockRequest[];
  /** Refuses connections from now on, and ends those that are open, as a relay does that restarts. The tasks' lives go on. */
  down(): Promise<void>;
  /** Listens again, on the same ports. Rejects with the system's error when another program has taken one. */
  up(): Promise<void>;
  /** Ends every connection, and frees the ports. */
  close(): Promise<void>;
}

/**
 * A relay on a real port, and its second origin on another. A script gets the sample video that comes with the package, unless it
 * brings its own; a relay from `mockRelay` is served as it is, and its `baseUrl` and `cdnUrl` change to the real addresses.
 * Rejects with a TypeError for a mistake in the script, and with the system's error (`EADDRINUSE`) when a port cannot be had.
 * @example
 * const server = await serve({ tasks: { video_1: [{ reset: true }, { status: "succeeded" }] } });
 * const task = await createClient({ baseUrl: server.url }).wait("video_1");
 * await server.close();
 */
export const serve: (what: MockScript | MockRelay, options?: ServeOptions) => Promise<MockServer> = start;
