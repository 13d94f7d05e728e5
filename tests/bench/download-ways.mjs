// The ways to bring a video over that are compared. Each is told an origin and gives how to run it: what comes back is what it can prove.
import { createHash } from "node:crypto";
import { createWriteStream, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { apiKey } from "./subjects.mjs";

/** By the id of their tasks, in bytes. */
export const videos = { first: 64 << 20, big: 256 << 20 };

/** What each process brings, in this order: the first brings up what starts once, before the clock does; the last finds all compiled. */
export const passes = ["first", "big", "big", "big"];

const authorization = `Bearer ${apiKey}`;
const ask = (origin) => (id) => fetch(`${origin}/v1/videos/${id}/content`, { headers: { authorization } });

async function reelay(origin) {
  const { createClient } = await import("reelay");
  const client = createClient({ baseUrl: origin, apiKey, format: "openai-videos" });
  const tasks = {};
  for (const id of Object.keys(videos)) tasks[id] = await client.query(id);
  return (id) => client.download(tasks[id]);
}

async function openai(origin) {
  const { default: OpenAI } = await import("openai");
  const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey });
  return (id) => client.videos.downloadContent(id);
}

async function readAll(body) {
  const reader = body.getReader();
  let bytes = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.byteLength;
  return { bytes };
}

/** A second stream around a body, that does nothing: what no client that looks at the bytes can be quicker than. */
function around(body) {
  const reader = body.getReader();
  let give;
  const start = (controller) => (give = ({ done, value }) => (done ? controller.close() : controller.enqueue(value)));
  return new ReadableStream({ start, pull: () => reader.read().then(give) }, { highWaterMark: 0 });
}

async function pipeAway(pipe) {
  let bytes = 0;
  await pipe(new WritableStream({ write: (chunk) => void (bytes += chunk.byteLength) }));
  return { bytes };
}

async function toFile({ body }, path, hash) {
  const hashing = new Transform({
    transform(chunk, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const file = createWriteStream(path);
  await pipeline(Readable.fromWeb(body), ...(hash ? [hashing] : []), file);
  return { bytes: file.bytesWritten, ...(hash && { sha256: hash.digest("hex") }) };
}

/** A proxy on a port; whoever measures reads through it. */
async function serve(listener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { proxy: `http://127.0.0.1:${server.address().port}` };
}

/** The README's own adapter. */
async function adapter() {
  const [, code] = /```js\n\/\/ proxy under node:http\n([^]*?)```/.exec(readFileSync(new URL("../../README.md", import.meta.url), "utf8"));
  const { listener } = await import(`data:text/javascript,${encodeURIComponent(code.replace("function listener", "export function listener"))}`);
  return listener;
}

function reversePipe(origin) {
  return ({ url, method }, response) => {
    const upstream = request(`${origin}${url}`, { method, headers: { authorization } }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      pipeline(answer, response).catch(() => response.destroy());
    });
    upstream.on("error", () => response.destroy()).end();
  };
}

const fetched = (origin, through = (body) => body) => async ({ url, signal }) => {
  const { status, headers, body } = await fetch(`${origin}${new URL(url).pathname}`, { headers: { authorization }, signal });
  const kept = ["content-type", "content-length", "accept-ranges", "etag"].map((name) => [name, headers.get(name)]);
  return new Response(through(body), { status, headers: kept });
};

const proxied = async (origin) => {
  const { createProxy } = await import("reelay/proxy");
  return createProxy({ baseUrl: origin, apiKey, format: "openai-videos", authorize: () => true });
};

/** In groups, the floor of each first: `start(origin, path)` gives `run(id)`, or where a proxy is. */
export const ways = [
  { group: "read and dropped", name: "fetch, `getReader()`", start: (origin) => async (id) => readAll((await ask(origin)(id)).body) },
  { group: "read and dropped", name: "fetch, a stream around it", start: (origin) => async (id) => readAll(around((await ask(origin)(id)).body)) },
  { group: "read and dropped", name: "openai, `downloadContent`", start: async (origin) => ((content) => async (id) => readAll((await content(id)).body))(await openai(origin)) },
  { group: "read and dropped", name: "reelay, `stream()`", goal: true, start: async (origin) => ((download) => (id) => readAll(download(id).stream()))(await reelay(origin)) },
  { group: "piped away", name: "fetch, `body.pipeTo()`", start: (origin) => async (id) => ((body) => pipeAway((sink) => body.pipeTo(sink)))((await ask(origin)(id)).body) },
  { group: "piped away", name: "reelay, `pipeTo()`", goal: true, start: async (origin) => ((download) => (id) => pipeAway((sink) => download(id).pipeTo(sink)))(await reelay(origin)) },
  { group: "to memory", name: "fetch, `arrayBuffer()`", start: (origin) => async (id) => held(new Uint8Array(await (await ask(origin)(id)).arrayBuffer())) },
  { group: "to memory", name: "openai, `arrayBuffer()`", start: async (origin) => ((content) => async (id) => held(new Uint8Array(await (await content(id)).arrayBuffer())))(await openai(origin)) },
  { group: "to memory", name: "reelay, `bytes()`", goal: true, start: async (origin) => ((download) => async (id) => held(await download(id).bytes()))(await reelay(origin)) },
  { group: "to a file", name: "fetch, `pipeline`", start: (origin, path) => async (id) => toFile(await ask(origin)(id), path) },
  { group: "to a file", name: "fetch, `pipeline`, sha256", start: (origin, path) => async (id) => toFile(await ask(origin)(id), path, createHash("sha256")) },
  {
    group: "to a file", name: "reelay, `save()`", goal: true,
    async start(origin, path) {
      const { save } = await import("reelay/node");
      const download = await reelay(origin);
      return (id) => save(download(id), path);
    },
  },
  { group: "through a proxy", name: "fetch, README's adapter", start: async (origin) => serve((await adapter())(fetched(origin))) },
  { group: "through a proxy", name: "the same, a stream around it", start: async (origin) => serve((await adapter())(fetched(origin, around))) },
  { group: "through a proxy", name: "`node:http`, piped", start: async (origin) => serve(reversePipe(origin)) },
  { group: "through a proxy", name: "`createProxy`, README's adapter", goal: true, start: async (origin) => serve((await adapter())(await proxied(origin))) },
];

/** The first and the last byte stand for the rest: a look at all of them would be measured. */
function held(bytes) {
  return { bytes: bytes.byteLength, first: bytes[3], last: bytes.at(-1) };
}
