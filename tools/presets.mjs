// The tasks of the demo's relay: what the page offers to try. Times are real ones, in ms.

export const demoKey = "demo-key";

/** Each task with its format, what it is called on the page, and what it shows; without steps the relay does not know it. */
const table = [
  {
    id: "sora-2:task_01k6x15vhrff09dkkqjrzwhm60",
    format: "unified-video",
    title: "Slow queue, then a clip",
    shows: "About 25 seconds: a queue, then progress that the relay hides deep in its body under an outer \"pending\".",
    steps: [
      { status: "queued", forMs: 5_000, model: "sora-2", prompt: "a film reel turning over a drifting gradient", seconds: "5", size: "640x360" },
      { status: "running", progress: [0.02, 0.55], forMs: 11_000 },
      { status: "running", progress: [0.55, 0.98], forMs: 9_000 },
      { status: "succeeded" },
    ],
  },
  {
    id: "video_68e5c5f2a1b48190a9e7c6b5d4f3e2a1",
    format: "openai-videos",
    title: "Quick clip",
    shows: "About 6 seconds. No address in the body: the bytes are behind /content.",
    steps: [
      { status: "queued", forMs: 1_500, model: "sora-2", seconds: "5", size: "640x360" },
      { status: "running", progress: [0.1, 0.95], forMs: 4_500 },
      { status: "succeeded" },
    ],
  },
  {
    id: "task_Bz1hVdh3OGDYAWpGe8EyCpqWHsAzSqVs",
    format: "newapi-generations",
    title: "new-api in capitals",
    shows: "About 10 seconds: NOT_START, QUEUED, IN_PROGRESS, progress as text, and an address on the relay that needs the key.",
    steps: [
      { rawStatus: "NOT_START", forMs: 2_000, model: "kling-v2-1-master", seconds: "5", size: "640x360" },
      { status: "queued", progress: 0.2, forMs: 3_000 },
      { status: "running", progress: 0.3, forMs: 5_000 },
      { status: "succeeded" },
    ],
  },
  {
    id: "video_68f1c3a2b4d08190a9e7c6b5d4f3e2a1",
    format: "openai-videos",
    title: "Stopped by moderation",
    shows: "Fails at 87 percent with moderation_blocked.",
    steps: [
      { status: "queued", forMs: 1_500 },
      { status: "running", progress: [0.1, 0.87], forMs: 6_000 },
      { status: "failed", error: { code: "moderation_blocked", message: "Your request was blocked by our moderation system." } },
    ],
  },
  {
    id: "video_busy_7d3f0a52c1e94b68",
    format: "openai-videos",
    title: "A relay under load",
    shows: "Answers 429 with Retry-After, 503 and a gateway's web page now and then; the wait goes on.",
    steps: [
      { status: "queued", forMs: 1_500 },
      { http: 429, retryAfter: 2 },
      { status: "running", progress: 0.35, forMs: 3_000 },
      { http: 503, polls: 2 },
      { status: "running", progress: 0.7, forMs: 3_000 },
      { http: 502, html: "<!DOCTYPE html><html><head><title>502: Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>" },
      { status: "running", progress: 0.9, forMs: 2_000 },
      { status: "succeeded" },
    ],
  },
  {
    id: "veo3.1-fast:1770350082-trii1OXZc3",
    format: "unified-video",
    title: "Words nobody documented",
    shows: "Goes through Veo's stages and a word that no list knows. An unknown word is not an end.",
    steps: [
      { status: "video_generating", forMs: 3_000, model: "veo3.1-fast", seconds: "5", size: "640x360" },
      { rawStatus: "polishing_frames", status: "unknown", forMs: 3_000 },
      { status: "video_upsampling", forMs: 3_000 },
      { status: "succeeded" },
    ],
  },
  {
    id: "video_cdn_5c6a605a30c04a6a9dbd",
    format: "openai-videos",
    title: "The result on another origin",
    shows: "A signed address on a second origin, which refuses the key.",
    steps: [
      { status: "running", progress: [0.2, 0.9], forMs: 4_000 },
      { status: "succeeded", result: { place: "cdn" } },
    ],
  },
  {
    id: "video_redirect_0f9b21c4",
    format: "openai-videos",
    title: "A redirect to another origin",
    shows: "/content answers 302; the key must not follow.",
    steps: [
      { status: "running", progress: [0.2, 0.9], forMs: 4_000 },
      { status: "succeeded", result: { place: "redirect" } },
    ],
  },
  {
    id: "video_large_40mb_9c2e77",
    format: "openai-videos",
    title: "A large download",
    shows: "Done at once; 40 MB that come at 4 MB a second.",
    steps: [{ status: "succeeded", result: { bytes: 40_000_000, faults: { bytesPerSecond: 4_000_000 } } }],
  },
  {
    id: "video_old_2b7d9e10",
    format: "openai-videos",
    title: "Too late",
    shows: "The task has expired.",
    steps: [{ status: "expired" }],
  },
  {
    id: "872284262215585819",
    format: "kling",
    title: "Kling, without progress",
    shows: "submitted, processing, succeed: about 8 seconds, and no number on the way. The path names the kind of the task.",
    steps: [
      { status: "queued", forMs: 2_000, model: "kling-v2-1-master" },
      { status: "running", forMs: 6_000 },
      { status: "succeeded" },
    ],
  },
  {
    id: "736a6f88-bd29-4b1e-b110-37132a5325ac",
    format: "suno",
    title: "A song of Suno's",
    shows: "About 6 seconds: two clips, each with a sound, a cover and a film.",
    steps: [
      { status: "queued", forMs: 1_000, model: "chirp-v4" },
      { status: "running", progress: [0.1, 0.9], forMs: 5_000 },
      { status: "succeeded" },
    ],
  },
  {
    id: "1747190313867714",
    format: "midjourney",
    title: "A picture of Midjourney's",
    shows: "About 5 seconds: the result is a picture, not a film. A preview on the way is no result.",
    steps: [
      { status: "queued", forMs: 1_000, prompt: "a film reel in a drifting gradient" },
      { status: "running", progress: [0.1, 0.95], forMs: 4_000 },
      { status: "succeeded" },
    ],
  },
  {
    id: "video_nobody_knows",
    format: "openai-videos",
    title: "An id the relay does not know",
    shows: "404, and what to do next.",
  },
];

/**
 * `restartAfterMs` is longer than any client's pause between polls, so that only a task nobody waits for begins anew;
 * `copies` lets a page begin anew at once, by asking for `ID~` and anything behind it.
 */
export const demoScript = {
  apiKey: demoKey,
  copies: true,
  restartAfterMs: 60_000,
  tasks: Object.fromEntries(table.filter(({ steps }) => steps).map(({ id, steps }) => [id, steps])),
};

/** For the page: what there is to try, the key to try it with, where the proxy is, and the mark that makes a run of its own out of an id. */
export const presets = {
  key: demoKey,
  proxy: "relay",
  copyMark: "~",
  presets: table.map(({ id, format, title, shows }) => ({ id, format, title, shows })),
};
