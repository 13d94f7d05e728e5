// What each format sends for a task: the keys of real relays, in the spellings and units of real relays.

import type { MockFormat } from "../testing-types.ts";
import type { Status } from "../types.ts";
import { hex } from "./hash.ts";
import type { View } from "./lives.ts";
import { WORDS } from "./words.ts";

export type Json = Record<string, unknown>;

/** Addresses of a finished task; null where its place names none. */
export interface Links { video: string | null; thumbnail: string; expiresAt: number; }

const ADDRESS_FIELD: Record<MockFormat, string> = {
  "openai-videos": "video_url", "unified-video": "video_url", "newapi-generations": "result_url",
};

export function taskBody(format: MockFormat, view: View, links: Links, now: number): Json {
  const task = { "openai-videos": openai, "unified-video": unified, "newapi-generations": newapi }[format](view, links, now);
  if (view.reading === "succeeded" && links.video !== null) put(task, view.result.field ?? ADDRESS_FIELD[format], links.video);
  Object.assign(task, view.fields);
  return format === "newapi-generations" ? { code: "success", message: "", data: task } : task;
}

export function wordOf(format: MockFormat, view: { reading: Status; word: string | null }): string {
  return view.word ?? WORDS[format][view.reading];
}

/** OpenAI's video object: all keys present, null when empty; seconds as text, times in seconds, progress an integer. */
function openai(view: View, links: Links): Json {
  const done = view.reading === "succeeded" || view.reading === "expired";
  return {
    id: view.id,
    object: "video",
    model: view.model,
    status: wordOf("openai-videos", view),
    progress: done ? 100 : Math.round((view.progress ?? 0) * 100),
    created_at: unix(view.createdAt),
    completed_at: done && view.finishedAt !== null ? unix(view.finishedAt) : null,
    expires_at: done ? unix(links.expiresAt) : null,
    prompt: view.prompt,
    seconds: view.seconds,
    size: view.size,
    remixed_from_video_id: null,
    error: view.reading === "failed" ? failure(view) : null,
  };
}

/** The yunwu family's body: times in ms, `pending` outside until done, the progress as a fraction deep inside. */
function unified(view: View, links: Links, now: number): Json {
  const inner = view.id.slice(view.id.indexOf(":") + 1);
  const [width = 0, height = 0] = view.size.split("x").map(Number);
  const status = wordOf("unified-video", view);
  const input = { size: "large", model: view.model, images: [], prompt: view.prompt ?? "", orientation: height > width ? "portrait" : "landscape" };
  const base = { id: view.id, status, status_update_time: Math.round(view.finishedAt ?? now) };

  switch (view.reading) {
    case "succeeded": {
      const url = view.result.field ? {} : { url: links.video };
      return {
        ...base, width, height, video_url: null, thumbnail_url: links.thumbnail,
        detail: { id: inner, ...url, input, status, thumbnail_url: links.thumbnail },
      };
    }
    case "failed":
      return { ...base, error: failure(view).message, detail: { id: inner, input, status } };
    case "queued":
    case "running":
      // Veo's stages come without the inner task, which is Sora's.
      if (view.word !== null && view.progress === null) return { ...base, video_url: null, enhanced_prompt: "" };
      if (view.reading === "queued" && view.progress === null) return { ...base, detail: { id: inner, input, status } };
      return { ...base, detail: { id: inner, input, status, pending_info: pendingInfo(view, inner, width, height) } };
    default:
      return base;
  }
}

function pendingInfo(view: View, inner: string, width: number, height: number): Json {
  return {
    id: inner, type: "video_gen", model: "sy_8", title: "New Video", width, height, prompt: view.prompt ?? "",
    status: view.reading === "queued" ? "queued" : "processing",
    priority: 2, operation: "simple_compose", created_at: new Date(view.createdAt).toISOString(), generations: [],
    progress_pct: view.progress, failure_reason: null,
    moderation_result: { code: null, type: "passed", task_id: inner, is_output_rejection: false, results_by_frame_index: {} },
    needs_user_review: false, queue_status_message: null, progress_pos_in_queue: null, num_unsafe_generations: 0,
    estimated_queue_wait_time: null,
  };
}

/**
 * new-api's task row: the handle is `task_id` and `id` a number, progress a percentage as text, 100% on failure too, and
 * `result_url` holds the reason of a failure.
 */
function newapi(view: View, _links: Links, now: number): Json {
  const status = wordOf("newapi-generations", view);
  const failed = view.reading === "failed" || view.reading === "expired";
  const error = failed ? failure(view, view.reading === "expired" ? "task expired" : undefined) : null;
  const usual = { queued: "20%", running: "30%", succeeded: "100%", failed: "100%", expired: "100%", unknown: "" }[view.reading];
  const told = view.progress !== null && !failed && view.reading !== "succeeded";
  return {
    id: parseInt(hex(view.id, 4), 16) + 1,
    created_at: unix(view.createdAt),
    updated_at: unix(view.finishedAt ?? now),
    task_id: view.id,
    platform: "45",
    user_id: 7,
    group: "default",
    channel_id: 3,
    quota: 500000,
    action: "textGenerate",
    status,
    fail_reason: error?.message ?? "",
    result_url: error?.message ?? "",
    submit_time: unix(view.createdAt),
    start_time: unix(view.startedAt ?? 0),
    finish_time: unix(view.finishedAt ?? 0),
    progress: told ? `${Math.round(view.progress! * 100)}%` : status.toUpperCase() === "NOT_START" ? "" : usual,
    properties: { input: view.prompt ?? "", origin_model_name: view.model },
    data: error?.code ? { id: view.id, model: view.model, status: "failed", error } : { status: vendorWord(view.reading) },
  };
}

function vendorWord(reading: Status): string {
  return { queued: "queued", running: "running", succeeded: "succeeded", failed: "failed", expired: "failed", unknown: "unknown" }[reading];
}

/** The answer to a create call. */
export function createdBody(format: MockFormat, view: View): Json {
  const video = { object: "video", model: view.model, status: "queued", progress: 0, created_at: unix(view.createdAt) };
  switch (format) {
    case "openai-videos": return { id: view.id, ...video, seconds: view.seconds, size: view.size };
    case "unified-video": return { id: view.id, status: "pending", status_update_time: Math.round(view.createdAt) };
    case "newapi-generations": return { id: view.id, task_id: view.id, ...video };
  }
}

function failure(view: View, text = "Video generation failed."): { code: string | null; message: string } {
  return { code: view.error?.code ?? null, message: view.error?.message ?? text };
}

function unix(ms: number): number {
  return Math.floor(ms / 1000);
}

/** Sets `a.b.0` and makes what is missing on the way. */
function put(target: Json, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop()!;
  let at: Json = target;
  keys.forEach((key, index) => {
    at[key] ??= /^\d+$/.test(keys[index + 1] ?? last) ? [] : {};
    at = at[key] as Json;
  });
  at[last] = value;
}
