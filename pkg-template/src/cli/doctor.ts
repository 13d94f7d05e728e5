// reelay doctor ID: what this relay has, found out with one task.
import type { Client, ClientOptions, Task } from "#reelay";
import type { SourceOf } from "../download.ts";
import { exit } from "./exit.ts";
import { one } from "./ids.ts";
import type { Run } from "./main.ts";
import { relayOf } from "./relay.ts";
import { signedOf, type Signed } from "./signed.ts";
import { shown, size, span, state, table } from "./words.ts";

/** A page from anywhere: what it may read, any page may. */
const PAGE = "https://page.example";

interface Cors {
  /** Whether a page may read the answer. */
  readable: boolean;
  allowOrigin: string | null;
}

interface Bytes {
  addresses: { url: string; status: number }[];
  mediaType: string | null;
  total: number | null;
  validator: boolean;
  range: "yes" | "no" | "not tried: no length and nothing that pins the version";
  cors: Cors;
}

interface Report {
  route: string;
  format: string;
  status: string;
  cors: Cors & { preflight: boolean };
  outputs: ({ kind: string; url: string } & Signed)[];
  bytes: Bytes | null;
}

interface Seen {
  url: string;
  status: number;
  headers: Headers;
}

export async function doctor({ args, out, signal }: Run): Promise<number> {
  const id = one(args);
  const seen: Seen[] = [];
  const client = relayOf(args, out, { fetch: asPage(seen) });
  const task = await client.query(id, { signal });
  const { url, headers } = seen.at(-1)!;
  const report: Report = {
    route: routeOf(url),
    format: task.ref.format,
    status: state(task),
    cors: { ...corsOf(headers), preflight: await preflight(url, signal) },
    outputs: task.outputs.map(({ kind, url }) => ({ kind, url: shown(url), ...signedOf(url) })),
    bytes: task.status === "succeeded" ? await bytesOf(client, task, seen, signal) : null,
  };
  out.event("doctor", { id, ...report });
  out.result(table(rows(report)));
  return exit.ok;
}

/** The path that was asked, with a place for the id: in the query, or the last of the path. */
function routeOf(url: string): string {
  const { pathname, searchParams } = new URL(url);
  const [name] = searchParams.keys();
  return name === undefined ? pathname.replace(/[^/]*$/, "{id}") : `${pathname}?${name}={id}`;
}

/** The global fetch, asking as a page would, and remembering what was answered. */
function asPage(seen: Seen[]): NonNullable<ClientOptions["fetch"]> {
  return async (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set("origin", PAGE);
    const response = await fetch(url, { ...init, headers });
    seen.push({ url: String(url), status: response.status, headers: response.headers });
    return response;
  };
}

function corsOf(headers: Headers): Cors {
  const allowOrigin = headers.get("access-control-allow-origin");
  return { readable: allowOrigin === "*" || allowOrigin === PAGE, allowOrigin };
}

/** Whether a page may send the key along. No key is needed to ask. */
async function preflight(url: string, signal: AbortSignal): Promise<boolean> {
  const headers = { origin: PAGE, "access-control-request-method": "GET", "access-control-request-headers": "authorization" };
  try {
    const response = await fetch(url, { method: "OPTIONS", headers, signal, redirect: "manual" });
    await response.body?.cancel();
    // The star does not stand for Authorization.
    return response.ok && corsOf(response.headers).readable && /\bauthorization\b/i.test(response.headers.get("access-control-allow-headers") ?? "");
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** The first chunk, then the rest behind its first byte: what a download that was cut would ask for. */
async function bytesOf(client: Client, task: Task, seen: Seen[], signal: AbortSignal): Promise<Bytes> {
  seen.length = 0;
  const download = client.download(task, { signal });
  const open = (download as unknown as Record<symbol, SourceOf>)[Symbol.for("reelay.source")]!;
  const source = open(null);
  await source.next();
  source.close();
  const { total, mediaType, validator } = source;
  const addresses = seen.map(({ url, status }) => ({ url: shown(url), status }));
  const cors = corsOf(seen.at(-1)?.headers ?? new Headers());
  const about = { addresses, mediaType, total, validator: validator !== null, cors };
  if (validator === null && total === null) return { ...about, range: "not tried: no length and nothing that pins the version" };
  const rest = open({ bytes: 1, total, validator });
  await rest.next();
  rest.close();
  return { ...about, range: seen.at(-1)?.status === 206 ? "yes" : "no" };
}

function rows({ route, format, status, cors, outputs, bytes }: Report): [string, string][] {
  const until = ({ signed, expiresAt }: Signed) => {
    if (!signed) return "not signed";
    if (expiresAt === null) return "signed, its end is not told";
    const left = expiresAt - Date.now();
    return `signed until ${new Date(expiresAt).toISOString()} (${left > 0 ? `${span(left)} left` : `${span(-left)} ago`})`;
  };
  const page = ({ readable, allowOrigin }: Cors) => (readable ? "any page may read it" : `a page may not read it${allowOrigin ? `, only ${allowOrigin}` : ""}`);
  return [
    ["route", route],
    ["format", format],
    ["status", status],
    ["CORS of the status", `${page(cors)}${cors.readable ? `, ${cors.preflight ? "and send a key" : "but not send a key"}` : ""}`],
    ...outputs.map(({ kind, url, ...signed }): [string, string] => [kind, `${url}, ${until(signed)}`]),
    ...bytes ? rowsOf(bytes, page) : [["bytes", "not tried: the task has not succeeded"] as [string, string]],
  ];
}

function rowsOf({ addresses, mediaType, total, validator, range, cors }: Bytes, page: (cors: Cors) => string): [string, string][] {
  return [
    ["bytes", addresses.map(({ url, status }) => `${url} (${status})`).join(", ") || "in the answer itself"],
    ["media type", mediaType ?? "not told"],
    ["length", total === null ? "not told" : size(total)],
    ["version", validator ? "pinned by an ETag or a date" : "not pinned"],
    ["Range", range],
    ["CORS of the bytes", page(cors)],
  ];
}
