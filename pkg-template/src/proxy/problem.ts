// What went wrong, as an answer: OpenAI's envelope, with our own code beside the relay's.
import type { ErrorCode, ReelayError } from "../error.ts";

/** The HTTP status of what is no refusal of the relay's own. */
const statuses: Record<ErrorCode, number> = {
  invalid_argument: 400, auth: 502, not_found: 404, rate_limited: 429, insufficient_funds: 402, rejected: 422, server: 502, network: 502,
  timeout: 504, wait_timeout: 504, task_failed: 422, task_expired: 410, unexpected_response: 502, no_output: 404, not_a_video: 502,
  download_incomplete: 502, too_large: 502, unsafe_url: 502, wasm_unavailable: 500, internal: 500,
};

export interface Problem {
  code: ErrorCode;
  status: number;
  message: string;
  hint?: string | null;
  /** What the relay said. */
  server?: { code: string | null; message: string | null } | null;
  headers?: Record<string, string>;
}

/** `clean` gives what may be shown of a text. */
export const problemOf = (error: ReelayError, clean: (text: string) => string): Problem => {
  const { code, httpStatus, message, hint, retryAfterMs, requestId } = error;
  const said = (text: string | null) => text && clean(text);
  const server = error.server && { code: said(error.server.code), message: said(error.server.message) };
  const headers: Record<string, string> = {};
  if (retryAfterMs !== null) {
    headers["retry-after"] = String(Math.ceil(retryAfterMs / 1000));
    headers["retry-after-ms"] = String(Math.ceil(retryAfterMs));
  }
  if (requestId !== null) headers["x-request-id"] = clean(requestId);
  const status = httpStatus !== null && httpStatus >= 400 && httpStatus <= 599 ? httpStatus : statuses[code];
  return { code, status, message: unnamed(clean(message)), hint, server, headers };
};

/** Which relay it is, and where it is reached, is nobody's concern. */
function unnamed(message: string): string {
  const text = message.replace(/https?:\/\/[^\s"'<>]+/gi, "the relay");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function answerTo({ code, status, message, hint = null, server, headers }: Problem): Response {
  const error = {
    message: server ? server.message : message,
    type: "reelay_error",
    code: server ? server.code : code,
    reelay: code,
    hint,
  };
  return json({ error }, status, headers);
}

/** JSON that no cache keeps and no browser takes for anything else. */
export function json(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" },
  });
}
