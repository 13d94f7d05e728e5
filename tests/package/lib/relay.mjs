// A relay for one test: node:http on a free port, answered by the test's own handler.
import { once } from "node:events";
import { createServer } from "node:http";

/** What a handler may give back. A handler that gives nothing answers by itself, or never. */
export const reply = (status, headers, body) => ({ status, headers, body });
export const json = (body, status = 200, headers = {}) =>
  reply(status, { "content-type": "application/json", ...headers }, JSON.stringify(body));
export const html = (status = 200) =>
  reply(status, { "content-type": "text/html" }, "<!doctype html><title>Console</title><div id=root></div>");
export const redirect = (location, status = 302) => reply(status, { location }, "");
export const silence = () => undefined;

/** A body of OpenAI's shape. */
export const task = (status, more = {}) => ({ id: "a", object: "video", status, model: "sora-2", ...more });

/** The steps one after the other, the last one for ever. */
export const steps =
  (...replies) =>
  ({ nth }) => {
    const step = replies[Math.min(nth, replies.length) - 1];
    return typeof step === "function" ? step() : step;
  };

/** `handler(exchange)` is asked for every request; `exchange.nth` counts from 1. At the end every connection is closed. */
export async function relay(t, handler) {
  const requests = [];
  const sockets = new Set();
  const faults = [];
  const open = new Set();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://relay");
    const exchange = {
      request,
      response,
      path: pathname,
      query: searchParams,
      headers: request.headers,
      nth: requests.length + 1,
      at: performance.now(),
    };
    requests.push(exchange);
    open.add(exchange);
    response.on("close", () => open.delete(exchange));
    response.setHeader("connection", "close");
    try {
      const answer = await handler(exchange);
      if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch (fault) {
      faults.push(fault);
      response.destroy();
    }
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  t.after(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
    if (faults.length > 0) throw faults[0];
  });

  /** Resolves when the client has let go of every request; a spare connection that Node's fetch opens by itself does not count. */
  async function idle() {
    for (let tries = 0; open.size > 0; tries++) {
      if (tries > 300) throw new Error(`${open.size} requests stay open`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Resolves when the nth request has arrived. */
  async function asked(nth = 1) {
    for (let tries = 0; requests.length < nth; tries++) {
      if (tries > 500) throw new Error(`request ${nth} never came`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return requests[nth - 1];
  }

  return { url, requests, idle, asked, paths: () => requests.map(({ request }) => request.url) };
}
