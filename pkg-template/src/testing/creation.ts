// What a create call brings: whether the format takes it, and what it says of the new task.

import type { Step } from "../testing-types.ts";
import type { Values } from "./fill.ts";
import type { Call, Json } from "./table.ts";

/** What the refusal says, or null for a call that is taken. */
export function refusal(call: Call, headers: Headers, body: Json | null): Values | null {
  for (const [index, [fields, allowed]] of call.needs.entries()) {
    const names = fields.split("|");
    const given = names.map((name) => valueAt(name, headers, body)).find((value) => value !== undefined);
    const field = names[0]!.replace("@", "");
    // A choice may be left out, unless it is a header's.
    const needed = index === 0 || allowed === "" || field !== names[0];
    if (given === undefined ? needed : allowed !== "" && !allowed.split("|").includes(String(given))) {
      const message = given === undefined ? `${field} is required` : `${field} must be one of ${allowed.split("|").join(", ")}`;
      return (name) => ({ field, message })[name] ?? (name === "request" || name === "hex" ? "00000000" : undefined);
    }
  }
  return null;
}

/** Model, prompt and size, under the names that the formats have for them. */
export function about(call: Call, body: Json | null): Partial<Step> {
  const said = (...names: string[]) => names.map((name) => valueAt(name, null, body)).find((value) => value !== undefined);
  const text = (value: unknown) => (value === undefined ? undefined : String(value));
  const prompt = textIn(said(...call.needs[0]![0].split("|")));
  const size = text(said("size"));
  const found = {
    prompt: prompt === "" ? undefined : prompt,
    model: text(said("model", "model_name", "req_key", "mv")),
    seconds: text(said("seconds", "duration")),
    // Relays take "1280x720", "16x9", "large": only the first is a size in pixels.
    size: size !== undefined && /^\d{3,}x\d{3,}$/.test(size) ? size : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The value at `a.0.b`, or of a header for `@name`; undefined where there is nothing. */
function valueAt(path: string, headers: Headers | null, body: Json | null): unknown {
  if (path.startsWith("@")) return headers?.get(path.slice(1)) ?? undefined;
  const value = path.split(".").reduce<unknown>((at, key) => (at as Json | null | undefined)?.[key], body);
  return value === null || value === "" || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

/** The words in a list of parts or messages. */
function textIn(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textIn).filter((text) => text !== "").join("\n");
  const { text, content } = (value ?? {}) as Json;
  return text === undefined && content === undefined ? "" : textIn(text ?? content);
}
