// A relay of a public name and its CDN, in memory: `routes` answers by URL, and every request is kept.
import { createProxy } from "../../../pkg/dist/proxy.mjs";
import { createClient } from "../../../pkg/dist/index.mjs";

export const KEY = "sk-server-only-secret-4711";
export const RELAY = "https://relay.example";
export const APP = "https://app.example/api/relay";

export const body = (value, status = 200, headers = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });
export const task = (status = "completed", more = {}) => ({ id: "a", object: "video", status, model: "sora-2", ...more });

/** `handler(url, headers, init)` gives a Response, or nothing for a 404; what it throws is a network failure. */
export function upstream(handler) {
  const asked = [];
  const fetch = async (url, init = {}) => {
    init.signal?.throwIfAborted();
    const headers = new Headers(init.headers);
    asked.push({ url: String(url), method: init.method ?? "GET", headers: Object.fromEntries(headers) });
    return (await handler(new URL(url), headers, init)) ?? body({ error: { message: "No such thing", code: "not_found" } }, 404);
  };
  return { fetch, asked, urls: () => asked.map(({ url }) => url) };
}

/** A proxy of that relay, and how a page asks it. */
export function proxyOf(handler, more = {}) {
  const { fetch, asked, urls } = upstream(handler);
  const handle = createProxy({ baseUrl: RELAY, apiKey: KEY, authorize: () => true, fetch, format: "openai-videos", ...more });
  const seen = [];
  const pageFetch = async (url, init) => {
    const answer = await handle(new Request(url, init));
    seen.push({ url, status: answer.status });
    return answer;
  };
  return {
    handle, asked, urls, seen,
    ask: (path, init) => handle(new Request(APP + path, init)),
    client: (options) => createClient({ baseUrl: APP, fetch: pageFetch, ...options }),
    /** The same relay, asked by who has the key. */
    direct: (options) => createClient({ baseUrl: RELAY, apiKey: KEY, fetch, format: "openai-videos", ...options }),
  };
}

/** A server of bytes: one range, conditions, HEAD never; as storage services do it. */
export function storage(bytes, { etag = '"v1"', modified = "Mon, 02 Nov 2026 10:00:00 GMT", type = "video/mp4", more = {} } = {}) {
  return (headers) => {
    const known = { etag, "last-modified": modified, "accept-ranges": "bytes", ...more };
    if (headers.get("if-none-match") === etag || headers.get("if-modified-since") === modified) return new Response(null, { status: 304, headers: known });
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
    const condition = headers.get("if-range");
    if ((first || last) && (condition === null || condition === etag || condition === modified)) {
      const from = first ? Number(first) : Math.max(0, bytes.length - Number(last));
      const to = first && last ? Math.min(Number(last) + 1, bytes.length) : bytes.length;
      if (from >= to) return new Response("beyond", { status: 416, headers: { ...known, "content-range": `bytes */${bytes.length}`, "content-type": "text/plain" } });
      return new Response(bytes.subarray(from, to), {
        status: 206,
        headers: { ...known, "content-type": type, "content-length": String(to - from), "content-range": `bytes ${from}-${to - 1}/${bytes.length}` },
      });
    }
    return new Response(bytes, { headers: { ...known, "content-type": type, "content-length": String(bytes.length) } });
  };
}
