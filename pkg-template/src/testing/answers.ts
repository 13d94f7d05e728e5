// The relay itself: a request to one of its routes, or to the second origin, becomes an answer.

import type { ByteFault, Clock, Place, Result, Step } from "../testing-types.ts";
import {
  answerBody, errorBody, listBody, modelOf, newId, statusBody, taskOf, valuesOf, wordOf, type Links,
} from "./bodies.ts";
import { filePath, openSigned, signedUrl } from "./cdn.ts";
import { about, refusal } from "./creation.ts";
import { contentError, openaiError } from "./envelopes.ts";
import { beforeHeaders, type Moment } from "./faults.ts";
import { base64 } from "./hash.ts";
import { elapse, poll, viewOf, type Life, type Lives, type View } from "./lives.ts";
import { fileResponse, fileSource, jsonResponse, textResponse, type Files } from "./responses.ts";
import type { Route } from "./routes.ts";
import { conversation } from "./conversation.ts";
import { bodiesOf, rowOf, type Bodies, type Json, type Row } from "./table.ts";
import type { CheckedScript } from "./validate.ts";

const DAY = 24 * 3600_000;

/** What an answer needs to know of its relay: the address it was asked at, and the second origin's. */
export interface Site { base: string; cdn: string; }

export function createAnswers(script: CheckedScript, lives: Lives, clock: Clock) {
  const files: Files = { video: script.video, thumbnail: script.thumbnail, spritesheet: script.spritesheet, since: clock.now() };
  let created = 0;

  async function answer(route: Route, request: Request, body: Json | null, site: Site, moment: Moment): Promise<Response> {
    switch (route.call.does) {
      case "status": return status(route, [route.id], site, moment);
      case "many": return status(route, route.ids, site, moment);
      case "content": return content(route.id, request, site, moment);
      case "create": return create(route, request, body);
      case "stream": return chat(route, request, body, site, moment);
      case "file": return file(route, site);
      case "list": return list(route, new URL(request.url).searchParams, site);
      case "delete": return remove(route);
    }
  }

  /** Of one task, or of those of several that are known. */
  async function status(route: Route, ids: string[], site: Site, moment: Moment): Promise<Response> {
    const { row, call } = route;
    const now = clock.now();
    const asked = ids.map((id) => lives.ask(id, now, "status")).filter((life) => life !== undefined);
    if (call.does === "status" && asked.length === 0) return missing(route);
    const steps = asked.map((life) => poll(life, now));
    // Of several the first that has trouble speaks for all.
    const step = steps.find((each) => Object.keys(each).some((name) => TROUBLE.has(name))) ?? steps[0] ?? {};
    const usual = () => {
      const views = asked.map((life) => ({ life, view: viewOf(life, now) }));
      const bodies = setOf(route, asked[0]);
      const one = call.does === "status" ? views[0] : undefined;
      if (one) return statusBody(row, bodies, one.view, linksOf(row, one.life, one.view, site, now), now);
      return listBody(bodies, views.map(({ life, view }) => taskOf(row, setOf(route, life), view, linksOf(row, life, view, site, now), now).task));
    };
    await beforeHeaders(step, moment);
    return textResponse(step, (http) => (http >= 400 && !hasState(step) ? errorBody(row, route.bodies, http, step.error) : usual()), moment);
  }

  /** A task keeps the bodies that it was made with, where no path of theirs tells them apart. */
  function setOf({ row, call, bodies }: Route, life: Life | undefined): Bodies {
    const own = life && row.calls.some((other) => other.does === "status" && other.bodies === life.bodies) ? "" : life?.bodies;
    return own && call.bodies === "" ? bodiesOf(row, own) : bodies;
  }

  async function content(id: string, request: Request, site: Site, moment: Moment): Promise<Response> {
    const now = clock.now();
    const life = lives.ask(id, now, "content");
    if (!life) return jsonResponse(contentError("Task not found", 404), 404);
    elapse(life, now);
    const view = viewOf(life, now);
    if (view.reading !== "succeeded") {
      const newapi = rowOf("newapi-generations");
      const word = wordOf(newapi.bodies[0]!, view);
      return jsonResponse(contentError(`Task is not completed yet, current status: ${word}`, 400), 400);
    }
    const { place } = view.result;
    if (place === "none") return jsonResponse(contentError("Video content not found", 404), 404);
    if (place === "redirect" || place === "json") {
      const url = address(life, view.result, site, now);
      if (place === "redirect") return new Response(null, { status: 302, headers: { location: url } });
      const model = modelOf(rowOf("openai-videos"), view);
      return jsonResponse({ id, object: "video", model, status: "completed", progress: 100, video_url: url, url });
    }
    if (place === "base64") return jsonResponse(inlined(view));
    const variant = new URL(request.url).searchParams.get("variant") ?? "video";
    if (variant === "thumbnail" || variant === "spritesheet") return fileResponse(request, files, variant, view.result, {}, moment);
    if (variant !== "video") {
      const message = `Invalid value: '${variant}'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.`;
      return jsonResponse(openaiError(message, 400, "invalid_value", "variant"), 400);
    }
    return video(life, view.result, request, moment);
  }

  /** An answer of the second origin. */
  async function cdn(request: Request, authorized: boolean, moment: Moment): Promise<Response> {
    const now = clock.now();
    const opened = openSigned(new URL(request.url), authorized, now);
    if ("refused" in opened) return opened.refused;
    const life = lives.ask(opened.id, now, "content");
    if (!life) return new Response("<Error><Code>BlobNotFound</Code></Error>", { status: 404, headers: { "content-type": "application/xml" } });
    elapse(life, now);
    const { result } = viewOf(life, now);
    if (opened.file === "video") return video(life, result, request, moment);
    return fileResponse(request, files, opened.file === "audio" ? "sound" : "thumbnail", result, {}, moment);
  }

  async function video(life: Life, result: Result, request: Request, moment: Moment): Promise<Response> {
    // A HEAD only looks: it takes no fault from the list.
    const fault = request.method === "GET" ? faultOf(result, life.byteRequests++) : {};
    await beforeHeaders(fault, moment);
    return fileResponse(request, files, "video", result, fault, moment);
  }

  function create(route: Route, request: Request, body: Json | null): Response {
    const refused = refusal(route.call, request.headers, body);
    if (refused) return told(route, "refused", refused);
    const life = begin(route, body);
    const view = viewOf(life, clock.now());
    return told(route, "created", valuesOf(route.row, view, null, clock.now(), wordOf(route.bodies, view)));
  }

  function begin({ row, call, bodies, said }: Route, body: Json | null): Life {
    const brought = about(call, body);
    const model = brought.model ?? said.model;
    const [first, ...rest] = script.created[Math.min(created, script.created.length - 1)]!;
    const id = newId(bodies, `${row.name} ${++created}`, { ...said, model: model ?? (row.field === "" ? row.name : "sora-2") }, clock.now());
    return lives.begin(id, [{ ...brought, ...(model === undefined ? {} : { model }), ...first }, ...rest], clock.now(), bodies.name);
  }

  async function chat(route: Route, request: Request, body: Json | null, site: Site, moment: Moment): Promise<Response> {
    const refused = refusal(route.call, request.headers, body);
    if (refused) return told(route, "refused", refused);
    const life = begin(route, body);
    const links = (view: View) => linksOf(route.row, life, view, site, clock.now());
    return conversation(route, life, body?.stream === true, links, moment);
  }

  function file(route: Route, site: Site): Response {
    const now = clock.now();
    const id = lives.byFile(route.said.file ?? "");
    const life = id === undefined ? undefined : lives.ask(id, now, "content");
    if (life) elapse(life, now);
    const view = life && viewOf(life, now);
    if (!life || view?.reading !== "succeeded") return missing(route);
    return told(route, "file", valuesOf(route.row, view, linksOf(route.row, life, view, site, now), now, ""));
  }

  /** OpenAI's pages go on after an id, the vendors' have numbers. */
  function list({ row, bodies }: Route, query: URLSearchParams, site: Site): Response {
    const now = clock.now();
    const number = (...names: string[]) => names.map((name) => query.get(name)).find((value) => value !== null);
    const newestFirst = lives.all(now).sort((a, b) => b.begunAt - a.begunAt);
    const lined = query.get("order") === "asc" ? newestFirst.reverse() : newestFirst;
    const size = Math.min(100, Number(number("limit", "page_size", "pageSize") ?? 20));
    const from = lined.findIndex((life) => life.id === query.get("after")) + 1 + (Number(number("page_num", "pageNum", "page_no") ?? 1) - 1) * size;
    const page = lined.slice(from, from + size);
    const data = page.map((life) => {
      elapse(life, now);
      const view = viewOf(life, now);
      return taskOf(row, bodies, view, linksOf(row, life, view, site, now), now).task;
    });
    const ends = { first: page[0]?.id ?? null, last: page.at(-1)?.id ?? null, more: from + page.length < lined.length };
    return jsonResponse(listBody(bodies, data, { ...ends, count: lined.length }));
  }

  function remove(route: Route): Response {
    const life = lives.ask(route.id, clock.now(), "content");
    if (!life) return missing(route);
    life.deleted = true;
    return told(route, "deleted", (name) => (name === "id" ? route.id : undefined));
  }

  function linksOf(row: Row, life: Life, view: View, site: Site, now: number): Links {
    const place = view.result.place ?? (row.place as Place);
    const until = (view.finishedAt ?? now) + DAY;
    const addresses: Partial<Record<Place, () => string>> = {
      relay: () => `${site.base}/v1/videos/${encodeURIComponent(life.id)}/content`,
      cdn: () => address(life, view.result, site, now),
      data: () => inlined(view).data_url,
    };
    return {
      video: view.reading === "succeeded" ? addresses[place]?.() ?? null : null,
      expiresAt: (view.finishedAt ?? now) + lifetime(view.result, 0, 3600_000),
      other: (kind, number) => signedUrl(site.cdn, filePath(life.id, kind, number), until),
      base64: () => inlined(view).base64,
    };
  }

  /** The signed address in use, or a new one if that has run out. */
  function address(life: Life, result: Result, site: Site, now: number): string {
    if (now >= life.signedUntil) life.signedUntil = now + lifetime(result, life.signed++, DAY);
    return signedUrl(site.cdn, filePath(life.id), life.signedUntil);
  }

  function inlined(view: View) {
    const source = fileSource(files, "video", view.result);
    const text = base64(source.read(0, source.length));
    return {
      success: true, generation_id: view.id, task_id: view.id, format: "mp4", size: source.length,
      base64: text, data_url: `data:video/mp4;base64,${text}`,
    };
  }

  return { answer, cdn, reset() { created = 0; } };
}

/** What of a step is trouble with its answer. */
const TROUBLE = new Set([
  "delayMs", "reset", "headMs", "http", "retryAfter", "headers", "body", "html", "cutAfter", "cutBy", "chunkBytes", "stallAfter", "bytesPerSecond",
]);

function told({ row, bodies }: Route, of: string, values: Parameters<typeof answerBody>[3]): Response {
  const { http, body } = answerBody(row, bodies, of, values);
  return jsonResponse(body, http);
}

function missing(route: Route): Response {
  return told(route, "not_found", (name) => (name === "id" ? route.id : name === "request" || name === "hex" ? "00000000" : undefined));
}

function hasState(step: Step): boolean {
  return step.status !== undefined || step.rawStatus !== undefined;
}

function faultOf({ faults = {} }: Result, request: number): ByteFault {
  return Array.isArray(faults) ? faults[request] ?? {} : faults;
}

function lifetime({ expiresMs }: Result, number: number, usual: number): number {
  return (Array.isArray(expiresMs) ? expiresMs[Math.min(number, expiresMs.length - 1)] : expiresMs) ?? usual;
}
