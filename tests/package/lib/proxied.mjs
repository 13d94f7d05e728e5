// A proxy under node:http: the adapter is the README's own, taken from there.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createProxy } from "../../../pkg/dist/proxy.mjs";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
const adapter = /```js\n\/\/ proxy under node:http\n([^]*?)```/.exec(readme)?.[1];
if (!adapter) throw new Error("the README has no adapter for node:http");

const file = `data:text/javascript,${encodeURIComponent(adapter.replace("function listener", "export function listener"))}`;
export const { listener } = await import(file);

/** A handler on a free port. */
export async function listen(t, handler) {
  const server = createServer(listener(handler)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  }));
  return `http://127.0.0.1:${server.address().port}`;
}

/** The proxy of a relay, mounted somewhere. */
export async function proxied(t, baseUrl, { mount = "/api/relay", ...more } = {}) {
  const proxy = createProxy({ baseUrl, apiKey: "sk-server-only-secret", authorize: () => true, ...more });
  return (await listen(t, proxy)) + mount;
}
