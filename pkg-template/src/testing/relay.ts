import type { MockRelay, MockRequest, MockScript } from "../testing-types.ts";
import { createAnswers } from "./answers.ts";
import { createClock } from "./clock.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { unauthorized, unknownRoute, WEB_PAGE } from "./envelopes.ts";
import { broken } from "./faults.ts";
import { hex } from "./hash.ts";
import { createLives } from "./lives.ts";
import { memoryFetch } from "./memory-fetch.ts";
import { jsonResponse } from "./responses.ts";
import { isServed, routeOf, type Route } from "./routes.ts";
import { ROWS, type Json } from "./table.ts";
import { checkScript } from "./validate.ts";

/** Of a server that runs for days only the last requests are kept. */
const MOST_REQUESTS = 100_000;

/** What carries a key, by the formats. */
const KEY_HEADERS = new Set(["authorization", ...ROWS.flatMap(({ keyHeader }) => keyHeader ?? [])]);

/** A relay that does what the script says. Throws a TypeError that names the place if the script has a mistake. */
export function mockRelay(script: MockScript): MockRelay {
  const checked = checkScript(script);
  const clock = createClock({ manual: script.clock === "manual", speed: script.speed, startAt: script.startAt, tick: script.tick });
  const lives = createLives(checked);
  const answers = createAnswers(checked, lives, clock);
  const requests: MockRequest[] = [];
  let baseUrl = bare(script.baseUrl ?? "https://relay.test");
  let cdnUrl = bare(script.cdnUrl ?? "https://cdn.relay.test");
  let count = 0;

  async function handle(request: Request, options: { signal?: AbortSignal | null; cdn?: boolean } = {}): Promise<Response> {
    const signal = options.signal ?? null;
    const url = new URL(request.url);
    const seen = note(request);
    if (script.cors !== false && request.method === "OPTIONS") return finish(preflight(request), seen);
    if (request.method === "POST") seen.body = await bodyOf(request);
    const moment = { clock, signal };
    if (options.cdn) return finish(await answers.cdn(request, request.headers.has("authorization"), moment), seen);

    const prefix = new URL(baseUrl).pathname.replace(/\/$/, "");
    const path = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : null;
    const id = requestId(++count);
    const route = path === null ? null : routeOf(request.method, path, url.searchParams, seen.body as Json | null, script.format);
    if (path === null || (!route && !isServed(path, script.format))) return finish(webPage(), seen);
    const response = !route ? jsonResponse(unknownRoute(request.method, path), 404)
      : !mayEnter(request, route) ? jsonResponse(unauthorized(id), 401)
      : await answers.answer(route, request, seen.body as Json | null, { base: url.origin + prefix, cdn: cdnUrl }, moment);
    if (!response.headers.has("x-request-id")) response.headers.set("x-request-id", id);
    return finish(response, seen);
  }

  function note(request: Request): MockRequest {
    const all = [...request.headers];
    // A short key may stand in any text by chance.
    const apiKey = script.apiKey && script.apiKey.length >= 8 ? script.apiKey : null;
    const holdsKey = ([name, value]: [string, string]) => KEY_HEADERS.has(name) || (apiKey !== null && value.includes(apiKey));
    const key = all.some(holdsKey) || (apiKey !== null && request.url.includes(apiKey));
    const headers = Object.fromEntries(all.filter((header) => !holdsKey(header)));
    const seen: MockRequest = { at: clock.now(), method: request.method, url: request.url, headers, key, body: null, status: null };
    if (requests.length >= MOST_REQUESTS) requests.splice(0, MOST_REQUESTS / 2);
    requests.push(seen);
    return seen;
  }

  /** new-api takes the key with and without `Bearer`; a format may have a header of its own for it. */
  function mayEnter(request: Request, { row }: Route): boolean {
    const keys = [request.headers.get("authorization")?.replace(/^Bearer\s+/i, ""), row.keyHeader && request.headers.get(row.keyHeader)];
    return script.apiKey === undefined || keys.includes(script.apiKey);
  }

  function requestId(number: number): string {
    return new Date(clock.now()).toISOString().replace(/\D/g, "") + hex(`request ${number}`, 8);
  }

  function finish(response: Response, seen: MockRequest): Response {
    seen.status = response.status;
    if (script.cors !== false) for (const [name, value] of corsHeaders()) response.headers.set(name, value);
    return seen.method === "HEAD" ? new Response(null, response) : response;
  }

  const siteOf = (url: URL) => (url.origin === new URL(baseUrl).origin ? "relay" : url.origin === new URL(cdnUrl).origin ? "cdn" : null);

  return {
    get baseUrl() { return baseUrl; },
    get cdnUrl() { return cdnUrl; },
    fetch: memoryFetch((request, signal) => {
      const site = siteOf(new URL(request.url));
      if (!site) throw broken("fetch failed", "ENOTFOUND", `getaddrinfo ENOTFOUND ${new URL(request.url).hostname} (mockRelay answers ${baseUrl} and ${cdnUrl})`);
      return handle(request, { signal, cdn: site === "cdn" });
    }),
    requests,
    clock,
    serves(path) {
      const prefix = new URL(baseUrl).pathname.replace(/\/$/, "");
      return path.startsWith(`${prefix}/`) && isServed(path.slice(prefix.length), script.format);
    },
    reset() { lives.clear(); answers.reset(); requests.length = 0; },
    handle,
    moveTo(addresses) { baseUrl = bare(addresses.baseUrl); cdnUrl = bare(addresses.cdnUrl); },
  };
}

/** JSON as it is, a form as an object; null if it cannot be read. */
async function bodyOf(request: Request): Promise<unknown> {
  try {
    if (/^application\/json/i.test(request.headers.get("content-type") ?? "")) return await request.json();
    const form = await request.formData();
    const plain = (value: FormDataEntryValue) => (typeof value === "string" ? value : { name: value.name, type: value.type, size: value.size });
    return Object.fromEntries([...form].map(([name, value]) => [name, plain(value)]));
  } catch {
    return null;
  }
}

function webPage(): Response {
  return new Response(WEB_PAGE, { headers: { "content-type": "text/html; charset=utf-8" } });
}

function bare(url: string): string {
  return url.replace(/\/+$/, "");
}
