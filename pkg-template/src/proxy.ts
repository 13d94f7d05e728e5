// `reelay/proxy`: the server's side of a client in a browser, for any host that takes a fetch handler.
import { handlerOf } from "./proxy/handler.ts";
import type { ClientOptions } from "./types.ts";

/** What a request to the proxy wants. */
export interface ProxyAction {
  /** The id that the browser named, decoded. */
  taskId: string;
  /** `query`: how the task is. `content`: the bytes of one of its outputs. */
  action: "query" | "content";
}

/** The relay, its key, and who may ask. */
export interface ProxyOptions extends Pick<ClientOptions, "format" | "prefix" | "headers" | "fetch" | "timeoutMs" | "limits" | "onEvent"> {
  /** The relay, with or without a trailing slash or `/v1`; a path prefix is kept. */
  baseUrl: string | URL;
  /** A key, or a function asked before every request. It never leaves the server but to the relay's own origin. */
  apiKey: string | (() => string | Promise<string>);
  /**
   * Asked first for every request that names a task. Only `true` lets it pass: anything else, and whatever it throws, is answered
   * with 403 and reaches no relay. A relay's key knows the tasks of all your users: look up whose task it is.
   */
  authorize: (request: Request, about: ProxyAction) => boolean | Promise<boolean>;
  /**
   * Where browsers see the proxy: origin and mount path, such as `https://app.example/api/relay`. Needed where a server in front
   * of it changes `Host` or the path. Default: those of each request, and https where its URL or `X-Forwarded-Proto` says so.
   */
  publicUrl?: string | URL;
}

/**
 * A handler that answers a client whose `baseUrl` is the path it is mounted at, of any depth. The browser names a task, never a URL.
 *
 * It serves GET and HEAD of `/v1/videos/{id}`, `/v1/video/query?id={id}`, `/v1/video/generations/{id}` and `/v1/videos/{id}/content`
 * (`?output=N`, `?variant=thumbnail`), whatever the relay's own format is. It never rejects.
 *
 * @throws {@link ReelayError} `invalid_argument`
 * @example
 * ```ts
 * import { createProxy } from "reelay/proxy";
 *
 * const allowed: Record<string, string[]> = { alice: ["video_123"] }; // in your app, a database
 * const proxy = createProxy({
 *   baseUrl: "https://relay.example",
 *   apiKey: () => process.env.RELAY_KEY ?? "",
 *   authorize: (request, { taskId }) => allowed[request.headers.get("x-user") ?? ""]?.includes(taskId) === true,
 * });
 * export const GET = proxy, HEAD = proxy; // app/api/relay/[...path]/route.js
 *
 * const url = "https://app.example/api/relay/v1/videos/video_123";
 * console.log((await proxy(new Request(url, { headers: { "x-user": "alice" } }))).status); // → 200
 * console.log((await proxy(new Request(url, { headers: { "x-user": "mallory" } }))).status); // → 403
 * ```
 * @function
 */
export const createProxy: (options: ProxyOptions) => (request: Request) => Promise<Response> = handlerOf;
