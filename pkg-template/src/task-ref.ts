// Refs from untrusted places.
import { formatNames } from "#tables";
import { invalid } from "./error.ts";
import type { Format, TaskRef } from "./task-types.ts";

/**
 * Validates untrusted JSON; gives a fresh object with the fields of a ref and nothing else.
 *
 * @throws {@link ReelayError} `invalid_argument`, which says what is wrong.
 * @example
 * ```ts
 * const ref = parseTaskRef(JSON.parse('{"id":"video_123","format":"openai-videos","baseUrl":"https://relay.example"}'));
 * console.log((await relay.query(ref)).status); // → running
 * ```
 */
export function parseTaskRef(json: unknown): TaskRef {
  const { id, format, kind, baseUrl } = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
  if (typeof id !== "string" || id === "") throw refused("id must be text");
  if (!isFormat(format)) throw refused(`format must be one of ${formatNames.join(", ")}`);
  if (typeof baseUrl !== "string" || !isRelay(baseUrl)) throw refused("baseUrl must be an http(s) URL without user, password, query or fragment");
  if (kind === undefined) return { id, format, baseUrl };
  if (typeof kind !== "string" || !/^[\w/-]{1,64}$/.test(kind)) throw refused("kind must be a word of the format's paths");
  return { id, format, kind, baseUrl };
}

/**
 * Every format, the three that `auto` asks first.
 *
 * @example
 * ```ts
 * console.log(formats.includes("kling")); // → true
 * ```
 */
export const formats: readonly Format[] = formatNames;

/** Whether a value names a format of this version. */
export const isFormat = (value: unknown): value is Format => (formatNames as readonly unknown[]).includes(value);

/** Whether a text is a URL that a relay can have. */
export function isRelay(text: string): boolean {
  try {
    const { protocol, username, password, search, hash } = new URL(text);
    return (protocol === "https:" || protocol === "http:") && !username && !password && !search && !hash;
  } catch {
    return false;
  }
}

const refused = (what: string) => invalid(`Not a task ref: ${what}.`);
