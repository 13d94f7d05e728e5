// Run with --expose-gc, in a process of its own: does one thing, and prints what it cost as JSON.
import { getHeapSpaceStatistics } from "node:v8";
import { createClient, preload } from "../../../pkg/dist/index.mjs";

const [what, url] = process.argv.slice(2);
const MB = 1 << 20;
const poll = { minMs: 1, maxMs: 2 };

// The core's memory, seen from outside: it can grow and never shrinks.
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...args) {
  const instance = new Instance(...args);
  // Node's own HTTP parser is the other one here.
  if (!("llhttp_alloc" in instance.exports)) ({ memory } = instance.exports);
  return instance;
};

const settle = async () => {
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** How much of the process stays after the garbage is gone. */
async function standing() {
  await settle();
  return { heap: process.memoryUsage().heapUsed, wasm: memory.buffer.byteLength };
}

const fetchOf = (body) => async () => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
const stubbed = (body, more = {}) =>
  createClient({ baseUrl: "https://relay.example", format: "openai-videos", fetch: fetchOf(body), ...more });
const running = { id: "a", object: "video", status: "in_progress", progress: 42, model: "sora-2", created_at: 1_760_000_000 };

/** The same work many times: how much more stands after it than after the first few. */
async function repeated(times, work) {
  for (let nth = 0; nth < 500; nth++) await work(nth);
  const first = await standing();
  for (let nth = 0; nth < times; nth++) await work(nth);
  const last = await standing();
  return { heapGrowth: last.heap - first.heap, wasmGrowth: last.wasm - first.wasm, wasm: last.wasm };
}

const tasks = {
  async download() {
    const client = createClient({ baseUrl: url });
    await client.download("warm-up").pipeTo(new WritableStream());
    await settle();
    const before = { rss: process.memoryUsage.rss(), wasm: memory.buffer.byteLength };
    let [bytes, peak, swept] = [0, 0, 0];
    const sink = new WritableStream({
      write(chunk) {
        bytes += chunk.byteLength;
        // Freed chunks are the host's to sweep; what is held on to stays for all that.
        if (bytes - swept > 8 * MB) {
          swept = bytes;
          globalThis.gc();
          peak = Math.max(peak, process.memoryUsage.rss());
        }
      },
    });
    const result = await client.download("big").pipeTo(sink);
    return { bytes, result, rssGrowth: peak - before.rss, wasmGrowth: memory.buffer.byteLength - before.wasm };
  },

  queries: () => {
    const client = stubbed(running);
    return repeated(20_000, () => client.query("a"));
  },

  /** Bytes a call that only a full collection would take; so few calls bring about none. */
  async kept() {
    const old = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space").space_used_size;
    const asking = stubbed(running);
    const waiting = stubbed({ ...running, status: "completed" });
    const byHand = async () => (await fetchOf(running)()).json();
    const calls = { byHand, query: () => asking.query("a"), wait: () => waiting.wait("a", { poll }) };
    const kept = {};
    for (const [name, call] of Object.entries(calls)) {
      for (let nth = 0; nth < 1_000; nth++) await call();
      await settle();
      const before = old();
      for (let nth = 0; nth < 4_000; nth++) await call();
      kept[name] = (old() - before) / 4_000;
    }
    return kept;
  },

  failures: () => {
    const client = stubbed(
      { error: { message: "no such task" } },
      { retries: 0, fetch: async () => new Response('{"error":{"message":"no"}}', { status: 400 }) },
    );
    return repeated(4_000, () => client.query("a").catch(() => {}));
  },

  aborts: () => {
    let reached;
    const client = stubbed(running, { fetch: () => (reached(), new Promise(() => {})) });
    return repeated(4_000, async () => {
      const stop = new AbortController();
      const there = new Promise((resolve) => (reached = resolve));
      const ended = client.query("a", { signal: stop.signal }).catch(() => {});
      await there;
      stop.abort();
      await ended;
    });
  },

  waits: () => {
    const client = stubbed({ ...running, status: "completed" });
    const { signal } = new AbortController();
    return repeated(4_000, () => client.wait("a", { signal, poll, onUpdate: () => {} }));
  },

  downloads: () => {
    const clip = new Uint8Array(2_000).fill(7);
    const task = {
      ref: { id: "a", format: "openai-videos", baseUrl: "https://relay.example" },
      id: "a",
      status: "succeeded",
      outputs: [],
      raw: {},
    };
    const client = stubbed(running, { fetch: async () => new Response(clip, { headers: { "content-type": "video/mp4" } }) });
    const half = async () => {
      const reader = client.download(task).stream().getReader();
      await reader.read();
      await reader.cancel();
    };
    return repeated(2_000, (nth) => (nth % 2 ? half() : client.download(task).bytes()));
  },

  clients: () =>
    repeated(2_000, async (nth) => {
      await stubbed(running).query("a");
      // Clients are given back when the host has noticed that they are garbage.
      if (nth % 250 === 249) await settle();
    }),

  async dropped() {
    const client = createClient({ baseUrl: url });
    await (async () => void (await client.download("big").stream().getReader().read()))();
    for (let round = 0; round < 50; round++) await settle();
    return {};
  },
};

await preload();
console.log(JSON.stringify(await tasks[what]()));
process.exit();
