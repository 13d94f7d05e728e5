// Error bodies, in the envelope that each route's owner uses.

import type { MockFormat, Step } from "../testing-types.ts";
import type { Json } from "./bodies.ts";

type Said = { code: string | null; message: string };

/** What relays say when the script does not: OpenAI's words, and new-api's, which replaces the upstream's own text. */
const OPENAI: Record<number, Said> = {
  400: { code: null, message: "Unable to process request." },
  402: { code: "insufficient_credits", message: "Insufficient credits." },
  403: { code: null, message: "Files [...] are not accessible" },
  429: { code: "rate_limit_exceeded", message: "Rate limit reached for requests." },
  500: { code: null, message: "The server had an error while processing your request." },
  502: { code: null, message: "Bad gateway." },
  503: { code: null, message: "The server is overloaded or not ready yet." },
};
const NEWAPI: Record<number, Said> = {
  400: { code: "invalid_request", message: "invalid request" },
  403: { code: "quota_not_enough", message: "user quota is not enough" },
  429: { code: "fail_to_fetch_task", message: "当前分组上游负载已饱和，请稍后再试" },
  500: { code: "get_channel_failed", message: "the model is temporarily unavailable, please try again later" },
  501: { code: "not_implemented", message: "not implemented" },
  503: { code: "model_not_found", message: "分组 default 下模型 sora-2 无可用渠道（distributor）" },
};

export function errorBody(format: MockFormat, status: number, error: Step["error"] = {}): Json {
  const usual = (format === "newapi-generations" ? NEWAPI : OPENAI)[status];
  const code = error.code !== undefined ? error.code : usual?.code ?? null;
  const message = error.message ?? usual?.message ?? `HTTP ${status}`;
  if (format === "newapi-generations") return { code: code ?? "", message, data: null };
  return openaiError(message, status, code);
}

export function openaiError(message: string, status: number, code: string | null = null, param: string | null = null): Json {
  const type = status >= 500 ? "server_error" : status === 429 ? "rate_limit_error" : "invalid_request_error";
  return { error: { message, type, param, code } };
}

/** new-api's download route gives no code. */
export function contentError(message: string, status: number): Json {
  return { error: { message, type: status >= 500 ? "server_error" : "invalid_request_error" } };
}

/** OpenAI answers 404 to an id it does not know; new-api and its kin answer 400, for other people's tasks too. */
export function unknownTask(format: MockFormat, id: string): { status: number; body: Json } {
  if (format === "openai-videos") return { status: 404, body: openaiError(`Video '${id}' not found.`, 404, "task_not_found") };
  return { status: 400, body: { code: "task_not_exist", message: "task_not_exist", data: null } };
}

export function unknownRoute(method: string, path: string): Json {
  return { error: { message: `Invalid URL (${method} ${path})`, type: "invalid_request_error", param: "", code: "" } };
}

export function unauthorized(requestId: string): Json {
  return { error: { code: "", message: `无效的令牌 (request id: ${requestId})`, type: "new_api_error" } };
}

/** What a path outside /v1 gets: the relay's web page, with status 200. */
export const WEB_PAGE =
  '<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"/><title>New API</title></head><body><div id="root"></div></body></html>\n';
