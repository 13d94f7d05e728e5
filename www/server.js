// The server that a page needs, as a program: node:http with the package's proxy.
import { formatOf, literal, text } from "./recipes.js";

/** @param {import("./recipes.js").Call} call @param {string} mount the path of the proxy */
export function server(call, mount) {
  const { baseUrl, format, prefix } = call.via === "proxy" ? call.behind : { ...call, format: formatOf(call) };
  if (new Set(call.tasks.map((task) => task.format)).size > 1) throw new Error("One proxy speaks one format, and these tasks have several: give each format a proxy, at a path of its own.");
  return text(
    'import { createServer } from "node:http";',
    'import { Readable } from "node:stream";',
    'import { pipeline } from "node:stream/promises";',
    'import { createProxy } from "reelay/proxy";',
    "",
    "// Whose tasks these are, your server knows: look them up by the request's session. The key knows those of all your users.",
    "const allowed = new Set([",
    ...call.tasks.map(({ id }) => `  ${literal(id)},`),
    "]);",
    "",
    "const proxy = createProxy({",
    `  baseUrl: ${literal(baseUrl || "https://relay.example")},`,
    "  apiKey: process.env.RELAY_KEY,",
    ...(format === "auto" ? [] : [`  format: ${literal(format)},`]),
    ...(prefix ? [`  prefix: ${literal(prefix)},`] : []),
    "  authorize: (request, { taskId }) => allowed.has(taskId),",
    "});",
    "",
    "async function relayed(incoming, outgoing) {",
    "  const gone = new AbortController();",
    '  outgoing.on("close", () => gone.abort());',
    "  const url = new URL(incoming.url, `http://${incoming.headers.host}`);",
    "  const request = new Request(url, { method: incoming.method, headers: incoming.headers, signal: gone.signal });",
    "  const { status, headers, body } = await proxy(request);",
    "  outgoing.writeHead(status, Object.fromEntries(headers));",
    "  await (body ? pipeline(Readable.fromWeb(body), outgoing) : outgoing.end());",
    "}",
    "",
    "createServer((incoming, outgoing) => {",
    `  if (incoming.url.startsWith(${literal(`${mount}/`)})) relayed(incoming, outgoing).catch(() => outgoing.destroy());`,
    "  else outgoing.writeHead(404).end();",
    '}).listen(process.env.PORT ?? 3000, "127.0.0.1");',
  );
}
