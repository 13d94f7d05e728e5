// The relay itself: a request to one of its routes, or to the second origin, becomes an answer.

import type { ByteFault, Clock, MockFormat, Place, Result, Step } from "../testing-types.ts";
import { createdBody, taskBody, wordOf, type Json, type Links } from "./bodies.ts";
import { openSigned, signedUrl, thumbnailPath, videoPath } from "./cdn.ts";
import { contentError, errorBody, openaiError, unknownTask } from "./envelopes.ts";
import { beforeHeaders, type Moment } from "./faults.ts";
import { base64, hex } from "./hash.ts";
import { elapse, poll, viewOf, type Life, type Lives, type View } from "./lives.ts";
import { fileResponse, fileSource, jsonResponse, textResponse, type Files } from "./responses.ts";
import type { Route } from "./routes.ts";
import type { CheckedScript } from "./validate.ts";

const DAY = 24 * 3600_000;
const PLACE: Record<MockFormat, Place> = { "openai-videos": "content", "unified-video": "cdn", "newapi-generations": "relay" };

/** What an answer needs to know of its relay: the address it was asked at, and the second origin's. */
export interface Site { base: string; cdn: string; }

export function createAnswers(script: CheckedScript, lives: Lives, clock: Clock) {
  const files: Files = { video: script.video, thumbnail: script.thumbnail, spritesheet: script.spritesheet, since: clock.now() };
  let created = 0;

  async function answer(route: Route, request: Request, body: Json | null, site: Site, moment: Moment): Promise<Response> {
    switch (route.kind) {
      case "status": return status(route.format, route.id, site, moment);
      case "content": return content(route.id, request, site, moment);
      case "create": return create(route.format, body);
      case "list": return list(new URL(request.url).searchParams, site);
      case "delete": return remove(route.format, route.id);
    }
  }

  async function status(format: MockFormat, id: string, site: Site, moment: Moment): Promise<Response> {
    const now = clock.now();
    const life = lives.ask(id, now, "status");
    if (!life) return missing(format, id);
    const step = poll(life, now);
    const view = viewOf(life, now);
    const usual = () => taskBody(format, view, linksOf(life, view, site, PLACE[format], now), now);
    await beforeHeaders(step, moment);
    return textResponse(step, (http) => (http >= 400 && !hasState(step) ? errorBody(format, http, step.error) : usual()), moment);
  }

  async function content(id: string, request: Request, site: Site, moment: Moment): Promise<Response> {
    const now = clock.now();
    const life = lives.ask(id, now, "content");
    if (!life) return jsonResponse(contentError("Task not found", 404), 404);
    elapse(life, now);
    const view = viewOf(life, now);
    if (view.reading !== "succeeded") {
      const word = wordOf("newapi-generations", view);
      return jsonResponse(contentError(`Task is not completed yet, current status: ${word}`, 400), 400);
    }
    const { place } = view.result;
    if (place === "none") return jsonResponse(contentError("Video content not found", 404), 404);
    if (place === "redirect" || place === "json") {
      const url = address(life, view.result, site, now);
      if (place === "redirect") return new Response(null, { status: 302, headers: { location: url } });
      return jsonResponse({ id, object: "video", model: view.model, status: "completed", progress: 100, video_url: url, url });
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
    return opened.file === "video" ? video(life, result, request, moment) : fileResponse(request, files, "thumbnail", result, {}, moment);
  }

  async function video(life: Life, result: Result, request: Request, moment: Moment): Promise<Response> {
    // A HEAD only looks: it takes no fault from the list.
    const fault = request.method === "GET" ? faultOf(result, life.byteRequests++) : {};
    await beforeHeaders(fault, moment);
    return fileResponse(request, files, "video", result, fault, moment);
  }

  function create(format: MockFormat, body: Json | null): Response {
    const said = (key: string) => (body?.[key] === undefined || body[key] === "" ? undefined : String(body[key]));
    if (body === null || said("prompt") === undefined) {
      return format === "newapi-generations"
        ? jsonResponse({ code: "invalid_request", message: "prompt is required", data: null }, 400)
        : jsonResponse(openaiError("Missing required parameter: 'prompt'.", 400, "missing_required_parameter", "prompt"), 400);
    }
    const model = said("model") ?? "sora-2";
    const number = ++created;
    const id = {
      "openai-videos": `video_${hex(`video ${number}`, 48)}`,
      "unified-video": `${model}:task_${hex(`task ${number}`, 26)}`,
      "newapi-generations": `task_${hex(`task ${number}`, 32)}`,
    }[format];
    const about = { prompt: said("prompt")!, ...pick({ seconds: said("seconds") ?? said("duration"), size: sizeOf(said("size")) }) };
    const [first, ...rest] = script.created;
    const life = lives.begin(id, [{ model, ...about, ...first }, ...rest], clock.now());
    return jsonResponse(createdBody(format, viewOf(life, clock.now())));
  }

  function list(query: URLSearchParams, site: Site): Response {
    const now = clock.now();
    const newestFirst = lives.all(now).sort((a, b) => b.begunAt - a.begunAt);
    const lined = query.get("order") === "asc" ? newestFirst.reverse() : newestFirst;
    const from = lined.findIndex((life) => life.id === query.get("after")) + 1;
    const page = lined.slice(from, from + Math.min(100, Number(query.get("limit") ?? 20)));
    const data = page.map((life) => {
      elapse(life, now);
      const view = viewOf(life, now);
      return taskBody("openai-videos", view, linksOf(life, view, site, "content", now), now);
    });
    return jsonResponse({
      object: "list", data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: from + page.length < lined.length,
    });
  }

  function remove(format: MockFormat, id: string): Response {
    const life = lives.ask(id, clock.now(), "content");
    if (!life) return missing(format, id);
    life.deleted = true;
    return jsonResponse({ id, deleted: true, object: "video.deleted" });
  }

  function linksOf(life: Life, view: View, site: Site, usual: Place, now: number): Links {
    const place = view.result.place ?? usual;
    const expiresAt = (view.finishedAt ?? now) + lifetime(view.result, 0, 3600_000);
    const thumbnail = signedUrl(site.cdn, thumbnailPath(life.id), (view.finishedAt ?? now) + DAY);
    if (view.reading !== "succeeded") return { video: null, thumbnail, expiresAt };
    const addresses: Partial<Record<Place, () => string>> = {
      relay: () => `${site.base}/v1/videos/${encodeURIComponent(life.id)}/content`,
      cdn: () => address(life, view.result, site, now),
      data: () => inlined(view).data_url,
    };
    return { video: addresses[place]?.() ?? null, thumbnail, expiresAt };
  }

  /** The signed address in use, or a new one if that has run out. */
  function address(life: Life, result: Result, site: Site, now: number): string {
    if (now >= life.signedUntil) life.signedUntil = now + lifetime(result, life.signed++, DAY);
    return signedUrl(site.cdn, videoPath(life.id), life.signedUntil);
  }

  function inlined(view: View) {
    const source = fileSource(files, "video", view.result);
    const text = base64(source.read(0, source.length));
    return {
      success: true, generation_id: view.id, task_id: view.id, format: "mp4", size: source.length,
      base64: text, data_url: `data:video/mp4;base64,${text}`,
    };
  }

  return { answer, cdn };
}

function missing(format: MockFormat, id: string): Response {
  const { status, body } = unknownTask(format, id);
  return jsonResponse(body, status);
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

/** Relays take "1280x720", "16x9", "large": only the first is a size in pixels. */
function sizeOf(size: string | undefined): string | undefined {
  return size !== undefined && /^\d{3,}x\d{3,}$/.test(size) ? size : undefined;
}

function pick<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
