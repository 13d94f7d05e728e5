import type { MockFormat } from "../testing-types.ts";
import type { Format } from "../types.ts";

export type Route =
  | { kind: "status" | "delete"; format: MockFormat; id: string }
  | { kind: "create" | "list"; format: MockFormat }
  | { kind: "content"; id: string };

/** A path with `:id` for the one part that varies. The content route belongs to every relay. */
const TABLE: [method: string, path: string, kind: Route["kind"], format: MockFormat | null][] = [
  ["POST", "/v1/videos", "create", "openai-videos"],
  ["GET", "/v1/videos", "list", "openai-videos"],
  ["GET", "/v1/videos/:id", "status", "openai-videos"],
  ["DELETE", "/v1/videos/:id", "delete", "openai-videos"],
  ["GET", "/v1/videos/:id/content", "content", null],
  ["HEAD", "/v1/videos/:id/content", "content", null],
  ["POST", "/v1/video/create", "create", "unified-video"],
  ["GET", "/v1/video/query", "status", "unified-video"],
  ["POST", "/v1/video/generations", "create", "newapi-generations"],
  ["GET", "/v1/video/generations/:id", "status", "newapi-generations"],
];

/** The route of a request to a relay that knows `format`, or those of every format; `path` is still percent-encoded. */
export function routeOf(method: string, path: string, query: URLSearchParams, format?: Format): Route | null {
  const parts = path.split("/");
  for (const [verb, pattern, kind, owner] of TABLE) {
    if (verb !== method || (format && owner && owner !== format)) continue;
    const wanted = pattern.split("/");
    if (wanted.length !== parts.length || !wanted.every((part, i) => part === ":id" ? parts[i] !== "" : part === parts[i])) continue;
    const at = wanted.indexOf(":id");
    const id = at < 0 ? query.get("id") ?? "" : decode(parts[at]!);
    return { kind, format: owner, id } as Route;
  }
  return null;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray percent sign: no task has that id
  }
}
