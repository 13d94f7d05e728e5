// Which call of which format a request is.

import type { Format } from "../task-types.ts";
import { bodiesOf, rowsOf, type Bodies, type Call, type Json, type Row } from "./table.ts";

export interface Route {
  row: Row;
  call: Call;
  bodies: Bodies;
  id: string;
  ids: string[];
  /** What else varies in the path, the query and the body. */
  said: Record<string, string>;
}

interface Pattern { method: string; path: RegExp; query: [name: string, value: string][]; }

const patterns = new Map<Call, Pattern[]>();

/** The route of a request to a relay that knows `format`, or all of them; `path` is still percent-encoded. */
export function routeOf(method: string, path: string, query: URLSearchParams, body: Json | null, format?: Format): Route | null {
  // The content route belongs to every relay.
  for (const row of new Set([...rowsOf(format), ...rowsOf()])) {
    for (const call of row.calls) {
      if (call.does !== "content" && !rowsOf(format).includes(row)) continue;
      const found = patternsOf(row, call).map((pattern) => match(pattern, method, path, query)).find((said) => said !== null);
      if (found) return routed(row, call, { ...found, ...asked(call.body, body) });
    }
  }
  return null;
}

/** Whether a path is under what a relay of the format serves, even if no route is there. */
export function isServed(path: string, format?: Format): boolean {
  const prefixes = ["/v1", ...rowsOf(format).flatMap((row) => row.prefixes).filter((prefix) => prefix !== "")];
  return prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}

function routed(row: Row, call: Call, said: Record<string, string | string[]>): Route {
  const texts = Object.fromEntries(Object.entries(said).map(([name, value]) => [name, String(value)]));
  const id = call.id.replace(/\{(\w+)\}/g, (_, name: string) => texts[name] ?? "");
  const ids = [said.ids ?? []].flat().flatMap((part) => part.split(",")).filter((part) => part !== "");
  return { row, call, bodies: bodiesOf(row, call.bodies), id, ids, said: texts };
}

function patternsOf(row: Row, call: Call): Pattern[] {
  const known = patterns.get(call);
  if (known) return known;
  const [method = "", target = ""] = call.ask.split(" ");
  const [path = "", query = ""] = target.split("?");
  const made = row.prefixes.map((prefix) => ({ method, path: expression(prefix + path, call), query: [...pairs(query)] }));
  // What is relative to no prefix is so under each.
  patterns.set(call, made);
  return made;
}

function* pairs(query: string): Iterable<[string, string]> {
  for (const pair of query.split("&")) {
    const [name = "", value = ""] = pair.split("=");
    if (name !== "") yield [name, value];
  }
}

function expression(path: string, call: Call): RegExp {
  const parts = path.split(/(\{\w+\})/).map((part, index, all) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return escaped(part);
    if (name === "kind") return `(?<kind>${call.kinds.map(escaped).join("|")})`;
    // `{model}:predict` ends before the colon; an id may have one.
    return `(?<${name}>${all[index + 1]?.startsWith(":") ? "[^/:]+" : "[^/]+"})`;
  });
  return new RegExp(`^${parts.join("")}$`);
}

const escaped = (text: string) => text.replace(/[.*+?^$(){}|[\]\\]/g, "\\$&");

function match(pattern: Pattern, method: string, path: string, query: URLSearchParams): Record<string, string | string[]> | null {
  if (pattern.method !== method && !(pattern.method === "GET" && method === "HEAD" && path.endsWith("/content"))) return null;
  const found = pattern.path.exec(path);
  if (!found) return null;
  const said: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(found.groups ?? {})) said[name] = decode(value);
  for (const [name, value] of pattern.query) {
    const varies = /^\{(\w+)\}$/.exec(value)?.[1];
    if (varies === undefined) {
      if (query.get(name) !== value) return null;
    } else if (varies === "ids") {
      if (!query.has(name)) return null;
      said.ids = query.getAll(name);
    } else {
      said[varies] = query.get(name) ?? "";
    }
  }
  return said;
}

/** What the body of a POST that asks says at the places of its template. */
function asked(template: string, body: Json | null): Record<string, string | string[]> {
  if (template === "") return {};
  const said: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(JSON.parse(template) as Json)) {
    const varies = /^\{(\w+)\}$/.exec(String(value))?.[1];
    const given = body?.[name];
    if (varies !== undefined) said[varies] = Array.isArray(given) ? given.map(String) : given === undefined ? "" : String(given);
  }
  return said;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray percent sign: no task has that id
  }
}
