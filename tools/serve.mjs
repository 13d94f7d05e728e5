// The demo's server: the page (www), the built package (/pkg/), a simulated relay (/v1, and the prefixes of its formats) and a proxy to it
// (/relay/) on one origin, in real time.
import { spawn } from "node:child_process";
import { readFile, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { demoProxy } from "./demo-proxy.mjs";
import { at } from "./lib/paths.mjs";
import { isCommand, main, Problem, say } from "./lib/print.mjs";
import { demoKey, demoScript, presets } from "./presets.mjs";

const usualPort = 4173;
const portsToTry = 20;

const types = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8", ".json": "application/json; charset=utf-8", ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg", ".ico": "image/x-icon",
  ".wasm": "application/wasm", ".mp4": "video/mp4", ".woff2": "font/woff2",
};

/**
 * Starts it and returns `{ url, cdnUrl, relay, requests, close }`. Without a port: 4173 or the next free one. `open` shows the
 * page in the browser; `pkg` and `www` are the folders of the built package and the page.
 */
export async function serve({ port, host = "127.0.0.1", open = false, pkg = at("pkg"), www = at("www"), log = say } = {}) {
  const entry = join(pkg, "dist/testing-node.mjs");
  const { serve: serveRelay } = await import(pathToFileURL(entry)).catch((cause) => {
    throw new Problem(`${entry} cannot be loaded; npm run build makes it.\n${cause.message}`);
  });
  let server = null;
  let proxied = null;
  const ofRelay = (path) => server?.relay.serves(path) ?? false;
  const site = async (request, response) => {
    if (!request.url.startsWith(`/${presets.proxy}/`)) return answer(request, response, { pkg: join(pkg, "dist"), www }, ofRelay);
    await (await (proxied ??= demoProxy(pkg, server.url)))(request, response);
    return true;
  };
  server = await onFreePort(port, (chosen) => serveRelay(demoScript, { port: chosen, host, site }));
  log(`The demo is at ${server.url}/  (key: ${demoKey}; the relay's second origin: ${server.cdnUrl})`);
  if (open) show(`${server.url}/`);
  return server;
}

async function onFreePort(port, start) {
  const wanted = port ?? usualPort;
  for (let chosen = wanted; ; chosen++) {
    try {
      return await start(chosen);
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
      if (port !== undefined) throw new Problem(`port ${port} is in use`);
      if (chosen === wanted + portsToTry) throw new Problem(`ports ${wanted} to ${chosen} are all in use; PORT=… names another`);
    }
  }
}

/** True when the request was for the page, false when it is the relay's. */
async function answer(request, response, folders, ofRelay) {
  const path = pathOf(request);
  if (path !== null && ofRelay(path)) return false;
  const file = path === null ? { status: 400 } : path === "/presets.json"
    ? { status: 200, body: JSON.stringify(presets), type: types[".json"] }
    : await read(path, folders);
  const readable = request.method === "GET" || request.method === "HEAD";
  const { status, body = `${status}\n`, type = types[".txt"] } = readable ? file : { status: 405 };
  // Never from a cache: the page is being worked on, and so is the package.
  response.writeHead(status, {
    "content-type": type, "content-length": Buffer.byteLength(body), "cache-control": "no-store", "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" ? undefined : body);
  return true;
}

function pathOf(request) {
  try {
    return decodeURIComponent(new URL(`http://demo${request.url}`).pathname);
  } catch {
    return null;
  }
}

async function read(path, { pkg, www }) {
  const [folder, inside] = path.startsWith("/pkg/") ? [pkg, path.slice("/pkg".length)] : [www, path.endsWith("/") ? `${path}index.html` : path];
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, inside));
    // Neither dots nor links lead out of the folder.
    if (!file.startsWith(root + sep)) return { status: 404 };
    return { status: 200, body: await readFile(file), type: types[extname(file)] ?? "application/octet-stream" };
  } catch {
    return { status: 404 };
  }
}

function show(url) {
  const command = { darwin: "open", win32: "explorer" }[process.platform] ?? "xdg-open";
  spawn(command, [url], { stdio: "ignore", detached: true }).on("error", () => say(`(no ${command} to open it with)`)).unref();
}

if (isCommand(import.meta.url)) {
  await main(async () => { await serve(process.env.PORT ? { port: Number(process.env.PORT) } : {}); });
}
