import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { MockServer, ServeOptions } from "../testing-node.ts";
import type { MockRelay, MockScript } from "../testing-types.ts";
import { onSocket } from "./faults.ts";
import { mockRelay } from "./relay.ts";
import { withSample } from "./sample.ts";

export async function serve(what: MockScript | MockRelay, options: ServeOptions = {}): Promise<MockServer> {
  const { port = 0, host = "127.0.0.1", cdnPort = 0, site } = options;
  const relay = isRelay(what) ? what : mockRelay(await withSample(what));
  const main = createServer((request, response) => void entry(relay, request, response, false, site));
  const cdn = createServer((request, response) => void entry(relay, request, response, true));
  try {
    await listen(main, port, host);
    await listen(cdn, cdnPort, host);
  } catch (error) {
    await Promise.all([close(main), close(cdn)]);
    throw error;
  }
  const ports = [main, cdn].map((server) => (server.address() as AddressInfo).port);
  const prefix = new URL(relay.baseUrl).pathname.replace(/\/$/, "");
  const url = addressOf(main) + prefix;
  const cdnUrl = addressOf(cdn);
  relay.moveTo({ baseUrl: url, cdnUrl });
  // One after the other: a port that still closes cannot be listened on.
  let last: Promise<unknown> = Promise.resolve();
  const next = async (work: () => Promise<void>[]) => void await (last = last.catch(() => {}).then(() => Promise.all(work())));
  const down = () => next(() => [close(main), close(cdn)]);
  const up = () => next(() => [listen(main, ports[0]!, host), listen(cdn, ports[1]!, host)]);
  return { url, cdnUrl, relay, requests: relay.requests, down, up, close: down };
}

async function entry(
  relay: MockRelay, incoming: IncomingMessage, outgoing: ServerResponse, cdn: boolean, site?: ServeOptions["site"],
): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort(new Error("the other side has gone")));
  try {
    if (site && await site(incoming, outgoing)) return;
    await send(await relay.handle(requestOf(incoming), { signal: gone.signal, cdn }), incoming.method, outgoing, gone.signal);
  } catch (error) {
    if (gone.signal.aborted) return;
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code === "ECONNRESET") reset(outgoing);
    else if (code === "HPE_INVALID_EOF_STATE") outgoing.socket?.end("HTTP/1.1 200 OK\r\ncontent-type: vid");
    else if (code === "EPIPE") outgoing.socket?.end();
    else if (code === "UND_ERR_SOCKET" || outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(500, { "content-type": "text/plain" }).end(`mockRelay: ${error}`);
  }
}

function requestOf(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!);
  const { method = "GET", url = "/" } = incoming;
  const bodiless = method === "GET" || method === "HEAD" || method === "OPTIONS";
  const body = bodiless ? null : Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
  // The name the client used: a relay's own addresses are told in the same.
  const init: RequestInit & { duplex: "half" } = { method, headers, body, duplex: "half" };
  return new Request(`http://${headers.get("host") ?? "127.0.0.1"}${url}`, init);
}

/** Writes as fast as the other side reads, and cuts the connection where the body breaks or is not as long as was told. */
async function send(response: Response, method: string | undefined, outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  const { headMs, chunkBytes } = onSocket.get(response) ?? {};
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (headMs) await dripHead(outgoing, headMs, gone);
  if (!response.body || method === "HEAD") return void outgoing.end();
  // Without waiting for the body, which may stall.
  outgoing.flushHeaders();
  const told = response.headers.get("content-length");
  const reader = response.body.getReader();
  let written = 0;
  let flushed = Promise.resolve();
  const closed = new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      written += value.length;
      let full = false;
      flushed = new Promise((resolve) => { full = !outgoing.write(value, () => resolve()); });
      if (full) await once(outgoing, "drain", { signal: gone });
      // What is written before the last piece has gone out would join it.
      if (chunkBytes) await Promise.race([flushed, closed]);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    await Promise.race([flushed, closed]);
    throw error;
  }
  if (told === null || Number(told) === written) return void outgoing.end();
  await flushed;
  outgoing.destroy();
}

/** Sends the head byte by byte, and lets Node write the body behind it. */
async function dripHead(outgoing: ServerResponse, ms: number, gone: AbortSignal): Promise<void> {
  const { socket } = outgoing;
  if (!socket) return;
  // Node makes the head when it is flushed, and would send it as one.
  const pieces: Buffer[] = [];
  const write = socket.write;
  socket.write = ((data: string | Uint8Array) => pieces.push(Buffer.from(data as string, "latin1")) > 0) as typeof socket.write;
  outgoing.flushHeaders();
  socket.write = write;
  const head = Buffer.concat(pieces);
  for (let at = 0; at < head.length && !gone.aborted; at++) {
    socket.write(head.subarray(at, at + 1));
    await sleep(ms / head.length, undefined, { signal: gone });
  }
}

function reset(outgoing: ServerResponse): void {
  const { socket } = outgoing;
  if (!socket || !("resetAndDestroy" in socket)) return void outgoing.destroy();
  // Right behind a write Node closes in order instead; and a reset may overtake what was sent.
  setTimeout(() => socket.resetAndDestroy(), 20);
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  if (server.listening) return;
  server.listen(port, host);
  await once(server, "listening");
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return `http://${family === "IPv6" ? `[${host}]` : host}:${port}`;
}

function isRelay(what: MockScript | MockRelay): what is MockRelay {
  return "handle" in what;
}
