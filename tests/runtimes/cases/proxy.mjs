// The proxy in the server that a runtime brings along: prints its address, and serves until it is ended.
import process from "node:process";
import { createProxy } from "reelay/proxy";

const { relay, apiKey } = JSON.parse(process.argv.at(-1));
const proxy = createProxy({ baseUrl: relay, apiKey, format: "openai-videos", authorize: (request) => request.headers.get("x-user") === "owner" });

const { Bun, Deno } = globalThis;
const server = Bun
  ? Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch: proxy })
  : Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, proxy);
const port = Bun ? server.port : server.addr.port;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
