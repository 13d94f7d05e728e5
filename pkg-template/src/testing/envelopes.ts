// Errors that belong to no format: the relay's own, which stands before all of them.

import type { Json } from "./table.ts";

export function openaiError(message: string, status: number, code: string | null = null, param: string | null = null): Json {
  const type = status >= 500 ? "server_error" : status === 429 ? "rate_limit_error" : "invalid_request_error";
  return { error: { message, type, param, code } };
}

/** new-api's download route gives no code. */
export function contentError(message: string, status: number): Json {
  return { error: { message, type: status >= 500 ? "server_error" : "invalid_request_error" } };
}

export function unknownRoute(method: string, path: string): Json {
  return { error: { message: `Invalid URL (${method} ${path})`, type: "invalid_request_error", param: "", code: "" } };
}

export function unauthorized(requestId: string): Json {
  return { error: { code: "", message: `无效的令牌 (request id: ${requestId})`, type: "new_api_error" } };
}

/** What a path outside the relay's own gets: the relay's web page, with status 200. */
export const WEB_PAGE =
  '<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"/><title>New API</title></head><body><div id="root"></div></body></html>\n';
