// The proxy: who asks for what, may they, and what does the relay say.
import { createClient, isReelayError, ReelayError } from "#reelay";
import type { ProxyOptions } from "../proxy.ts";
import { Scrubber, unsigned } from "../scrub.ts";
import type { DownloadOptions, Task, TaskRef } from "../types.ts";
import { contentOf } from "./content.ts";
import { findOutput } from "./output.ts";
import { answerTo, json, type Problem, problemOf } from "./problem.ts";
import { isSingle } from "./range.ts";
import { contentUrl, originOf, type Route, routeOf } from "./routes.ts";
import { bodyOf } from "./task-body.ts";

/** So many tasks are remembered, by what a player's next request needs of them. */
const MOST = 256;
/** A longer address is a `data:` one, and not worth the memory. */
const LONGEST = 8192;

const denied: Problem = { code: "auth", status: 403, message: "This task is not yours to ask for, or nobody is signed in." };
const unserved: Problem = { code: "not_found", status: 404, message: "The proxy does not serve this path.", hint: "baseUrl is the path that the proxy is mounted at." };
const unfinished: Problem = { code: "rejected", status: 409, message: "The task is not finished: there is nothing to download yet.", hint: "Wait for it first." };
const broken: Problem = { code: "internal", status: 500, message: "The proxy failed." };
const notAllowed: Problem = { code: "rejected", status: 405, message: "The proxy answers GET and HEAD only.", headers: { allow: "GET, HEAD" } };

export function handlerOf(options: ProxyOptions): (request: Request) => Promise<Response> {
  if (typeof options !== "object" || options === null) throw invalid("createProxy needs options: { baseUrl, apiKey, authorize }.");
  const { baseUrl, apiKey, authorize, publicUrl, format, prefix, headers, fetch, timeoutMs, onEvent } = options;
  if (typeof authorize !== "function") throw invalid("authorize must be a function: without it, anyone could spend your key.");
  if (typeof apiKey !== "string" && typeof apiKey !== "function") throw invalid("apiKey must be text, or a function that gives it.");
  const shownAt = publicUrl === undefined ? undefined : placeOf(publicUrl);
  const scrubber = new Scrubber();
  const clean = (text: string) => unsigned(scrubber.text(text));
  const settings = {
    baseUrl, format, prefix, headers, fetch, timeoutMs, onEvent,
    apiKey: typeof apiKey === "function" ? async () => scrubber.knows(await apiKey()) : scrubber.knows(apiKey),
    // Every browser's client limits itself, and repeats what is worth repeating.
    limits: options.limits ?? { concurrent: 10_000 },
    retries: 0,
  };
  const client = createClient(settings);
  /** Finished tasks and their addresses, the latest last: a player asks for many parts of one. */
  const finished = new Map<string, Task>();
  /** How a task was asked for when it was known, its kind included. */
  const refs = new Map<string, TaskRef>();

  async function ask(taskId: string, signal: AbortSignal): Promise<Task> {
    try {
      const task = await client.query(refs.get(taskId) ?? taskId, { signal });
      keep(refs, taskId, task.ref);
      const small = task.status === "succeeded" && task.outputs.every(({ url }) => url.length <= LONGEST);
      if (small) keep(finished, taskId, { ...task, raw: null });
      return task;
    } catch (error) {
      refs.delete(taskId);
      throw error;
    }
  }

  async function query({ taskId, mount }: Route, url: URL, { signal, headers }: Request): Promise<Response> {
    const task = await ask(taskId, signal);
    const base = shownAt ?? originOf(url, headers) + mount;
    return json(bodyOf(task, (output) => contentUrl(base, taskId, output), clean));
  }

  async function content({ taskId }: Route, { searchParams }: URL, request: Request): Promise<Response> {
    const task = finished.get(taskId) ?? (await ask(taskId, request.signal));
    if (task.status === "queued" || task.status === "running" || task.status === "unknown") return answerTo(unfinished);
    const choice: DownloadOptions = { signal: request.signal };
    const [variant, output] = [searchParams.get("variant"), searchParams.get("output")];
    if (variant !== null) choice.variant = variant as "video";
    if (output !== null) choice.output = /^\d{1,6}$/.test(output) ? Number(output) : -1;
    const wanted = wantedOf(request);
    const find = () => findOutput(settings, task, wanted, choice, () => finished.delete(taskId));
    try {
      return await contentOf(await find(), request);
    } catch (error) {
      // Some relays cannot pass on a part: then the whole.
      if (!wanted.has("range") || !isReelayError(error) || !["rejected", "server", "unexpected_response"].includes(error.code)) throw error;
      wanted.delete("range");
      wanted.delete("if-range");
      return contentOf(await find(), request);
    }
  }

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (request.method !== "GET" && request.method !== "HEAD") return answerTo(notAllowed);
    const route = routeOf(url);
    if (!route) return answerTo(unserved);
    const { taskId, action } = route;
    let allowed: unknown = false;
    try {
      allowed = await authorize(request, { taskId, action });
    } catch {
      // Whatever it was, it was no yes.
    }
    if (allowed !== true) return answerTo(denied);
    return action === "query" ? query(route, url, request) : content(route, url, request);
  }

  return async (request) => {
    try {
      const response = await answer(request);
      return request.method === "HEAD" && response.body ? new Response(null, response) : response;
    } catch (error) {
      // Nobody is left to read it.
      if (request.signal.aborted) return new Response(null, { status: 499 });
      return answerTo(isReelayError(error) ? problemOf(error, clean) : broken);
    }
  };
}

/** The conditions of a request that mean something upstream. */
function wantedOf({ headers }: Request): Headers {
  const wanted = new Headers();
  const range = headers.get("range");
  for (const name of ["if-none-match", "if-modified-since"]) {
    const value = headers.get(name);
    if (value !== null) wanted.set(name, value);
  }
  if (!isSingle(range)) return wanted;
  wanted.set("range", range);
  const version = headers.get("if-range");
  if (version !== null) wanted.set("if-range", version);
  return wanted;
}

/** Puts an entry last, and lets go of the first where there are too many. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST) map.delete([...map.keys()][0]!);
}

function placeOf(url: string | URL): string {
  if (!URL.canParse(String(url))) throw invalid("publicUrl is not an absolute URL such as https://app.example/api/relay.");
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+(?:v1\/*)?$/, "");
}

const invalid = (message: string) => new ReelayError("invalid_argument", { message });
