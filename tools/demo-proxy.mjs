// The proxy beside the demo's page: it keeps the key of the simulated relay, and lets this page ask for the demo's own tasks.
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { demoKey, presets } from "./presets.mjs";

const presetOf = (taskId) => presets.presets.find(({ id }) => taskId === id || taskId.startsWith(id + presets.copyMark));

/** Who asks is known by their browser, and what they may ask for by the demo's list: a real server looks into its sessions. */
const authorize = ({ headers }, { taskId }) => headers.get("sec-fetch-site") !== "cross-site" && presetOf(taskId) !== undefined;

/** A listener of node:http for all paths under `/${presets.proxy}/`. A proxy speaks one format with its relay, so each format has one. */
export async function demoProxy(pkg, baseUrl) {
  const { createProxy } = await import(pathToFileURL(join(pkg, "dist/proxy.mjs")));
  const made = new Map();
  const proxyFor = (format) => {
    if (!made.has(format)) made.set(format, createProxy({ baseUrl, apiKey: demoKey, format, authorize }));
    return made.get(format);
  };
  return async ({ method, url, headers }, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      const named = decodeURIComponent(url);
      const format = presets.presets.find(({ id }) => named.includes(id))?.format ?? "auto";
      const answer = await proxyFor(format)(new Request(`http://${headers.host}${url}`, { method, headers, signal: gone.signal }));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      await pipeline(answer.body ? Readable.fromWeb(answer.body) : [], response);
    } catch {
      // No URL, or nobody is left to answer.
      response.destroy();
    }
  };
}
