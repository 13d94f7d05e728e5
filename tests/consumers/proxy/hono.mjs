// A Hono app on Node with the proxy on one of its routes.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createProxy } from "reelay/proxy";

const proxy = createProxy({
  baseUrl: process.env.RELAY_URL, apiKey: process.env.RELAY_KEY, format: "openai-videos",
  authorize: (request) => request.headers.get("x-user") === "owner",
});
const app = new Hono().all("/api/relay/*", (context) => proxy(context.req.raw));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(`port ${port}`));
