// A create is sent once, whatever a runtime does by itself with a connection that breaks under it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { run, runtimes } from "./lib/run.mjs";

const body = '{"id":"a","status":"queued"}';
const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: keep-alive\r\n\r\n${body}`;

/** A relay that keeps connections open, answers each GET, and breaks the connection under each POST, once its head is there. */
async function breaking(t, how) {
  const posts = [];
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    let seen = 0;
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      const head = bytes.toString("latin1");
      if (head.startsWith("GET ")) socket.write(answer);
      else if (head.startsWith("POST ")) {
        posts.push(seen);
        how(socket);
      }
      seen += 1;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, posts };
}

const ways = {
  "is reset": (socket) => socket.resetAndDestroy(),
  "is closed": (socket) => socket.end(),
  "is cut in its head": (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-le"),
};

for (const runtime of Object.keys(runtimes)) {
  describe(`creates in ${runtime}`, () => {
    for (const [what, how] of Object.entries(ways)) {
      test(`one request each, though the connection ${what}`, async (t) => {
        const { url, posts } = await breaking(t, how);
        const outcomes = await run(runtime, "creates", { baseUrl: url, format: "openai-videos", timeoutMs: 10_000 });
        assert.deepEqual([outcomes, posts.length], [["network", "network", "network"], 3], `on connections with so many requests before: ${posts}`);
      });
    }
  });
}
