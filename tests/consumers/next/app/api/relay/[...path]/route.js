// reelay/proxy as a route handler.
import { createProxy } from "reelay/proxy";

export const dynamic = "force-dynamic";

export const GET = createProxy({
  baseUrl: process.env.PROXY_RELAY_URL ?? "https://relay.example",
  // There is no key while Next builds.
  apiKey: () => process.env.RELAY_KEY,
  format: "openai-videos",
  authorize: (request) => request.headers.get("x-user") === "owner",
});
export const HEAD = GET;
