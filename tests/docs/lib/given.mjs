// What an example may use without making it: a relay at https://relay.example, and the names of given.d.ts. Loaded before each example.
import { createClient, isReelayError, parseTaskRef, preload, readTask, readTasks, formats, ReelayError } from "reelay";
import { mockRelay } from "reelay/testing";

process.env.RELAY_KEY = "sk-example";

export const simulated = mockRelay({
  baseUrl: "https://relay.example",
  cdnUrl: "https://cdn.relay.example",
  apiKey: process.env.RELAY_KEY,
  tasks: {
    video_123: [{ status: "running", progress: 0.5 }, { status: "succeeded" }],
    video_456: [{ status: "succeeded" }],
    video_789: [{ status: "failed", error: { code: "moderation", message: "The prompt was refused" } }],
  },
  created: [{ status: "succeeded" }],
});
/** The simulator has no characters. */
const character = { id: "char_123", name: "Mia", created_at: 1_760_000_000 };
const real = globalThis.fetch;
globalThis.fetch = async (url, init) => {
  const { hostname, pathname } = new URL(url);
  // Of an example's own server.
  if (hostname === "127.0.0.1") return real(url, init);
  return pathname.startsWith("/v1/videos/characters") ? Response.json(character) : simulated.fetch(url, init);
};

const relay = createClient({ baseUrl: "https://relay.example", apiKey: process.env.RELAY_KEY });
const jobs = [];
Object.assign(globalThis, {
  createClient, isReelayError, parseTaskRef, preload, readTask, readTasks, formats, ReelayError, mockRelay,
  relay,
  client: relay,
  file: new Blob([await relay.download("video_456").bytes()], { type: "video/mp4" }),
  queue: { jobs, add: async (job) => void jobs.push(job) },
  finish: () => {},
});
simulated.reset();
