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
    "// The key knows the tasks of all your users: look up whose they are, by the request's session.",
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
    "async function answer({ method, url, headers }, response) {",
    "  const gone = new AbortController();",
    '  response.on("close", () => gone.abort());',
    "  try {",
    "    const answer = await proxy(new Request(`http://${headers.host}${url}`, { method, headers, signal: gone.signal }));",
    "    response.writeHead(answer.status, Object.fromEntries(answer.headers));",
    "    await pipeline(answer.body ? Readable.fromWeb(answer.body) : [], response);",
    "  } catch {",
    "    response.destroy(); // no URL, or nobody is left to answer",
    "  }",
    "}",
    "",
    "createServer((request, response) => {",
    `  if (request.url.startsWith(${literal(`${mount}/`)})) answer(request, response);`,
    "  else response.writeHead(404).end(); // your page's own files",
    '}).listen(process.env.PORT ?? 3000, "127.0.0.1");',
  );
}
