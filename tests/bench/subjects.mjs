import { readFileSync } from "node:fs";
import { bodies } from "./bodies.mjs";

/** Not a secret: the bench server and the stub refuse a request that does not carry it. */
export const apiKey = "bench-key-0123456789abcdef";

const measures = ["bundle", "loopback", "stubbed", "first-call", "heap", "many"];
/** Without a wait of its own a peer's would be the loop by hand that raw and openai show. */
const queries = measures.filter((name) => name !== "many");

const googleWords = {
  keyHeader: "x-goog-api-key", scheme: "",
  words: ["running", "done"], word: ({ done }) => (done ? "done" : "running"), id: (task) => task.name, url: (task) => task.response?.generatedVideos?.[0]?.video?.uri,
};

/**
 * What is compared. `clients/<name>.mjs` is the code that is measured; here is how to tell that it did its work:
 * the words it gives for the two bodies, and where it shows the task's id and an address that only the body holds. Of a peer whose newest version
 * needs a newer Node than the oldest one supported here, `since` and `until` say which version is measured on which Node.
 */
const table = [
  {
    name: "raw", call: "fetch + JSON.parse", format: "openai-videos", measures: measures.filter((name) => name !== "bundle"),
    words: ["in_progress", "completed"], id: (task) => task.id, url: (task) => task.video_url,
  },
  {
    name: "openai", package: "openai", call: "videos.retrieve", format: "openai-videos", until: 22,
    words: ["in_progress", "completed"], id: (task) => task.id, url: (task) => task.video_url,
  },
  {
    name: "openai-latest", package: "openai-latest", call: "videos.retrieve", format: "openai-videos", since: 22, measures: queries,
    words: ["in_progress", "completed"], id: (task) => task.id, url: (task) => task.video_url,
  },
  {
    name: "runwayml", package: "@runwayml/sdk", call: "tasks.retrieve", format: "runway-tasks",
    words: ["RUNNING", "SUCCEEDED"], id: (task) => task.id, url: (task) => task.output?.[0],
  },
  {
    name: "fal", package: "@fal-ai/client", call: "queue.status", format: "fal-queue", scheme: "Key",
    words: ["IN_PROGRESS", "COMPLETED"], id: (task) => task.request_id, url: (task) => task.response_url,
  },
  {
    name: "replicate", package: "replicate", call: "predictions.get", format: "replicate-predictions",
    words: ["processing", "succeeded"], id: (task) => task.id, url: (task) => task.output,
  },
  {
    name: "genai", package: "@google/genai", call: "operations.getVideosOperation", format: "google-operations", until: 22, measures: queries,
    ...googleWords,
  },
  {
    name: "genai-latest", package: "genai-latest", call: "operations.getVideosOperation", format: "google-operations", since: 22, measures: queries,
    ...googleWords,
  },
  {
    // Its answer does not hold the task's id.
    name: "ai", package: "ai", call: "experimental_getVideoStatus", format: "replicate-predictions", since: 22, measures: queries,
    words: ["pending", "completed"], id: null, url: (task) => task.videos?.[0]?.url,
  },
  {
    name: "reelay", package: "reelay", call: "query", format: "openai-videos",
    words: ["running", "succeeded"], id: (task) => task.id, url: (task) => task.videoUrl,
  },
];

/** The address that each of a format's two bodies holds, for the check that the client parsed it. */
const addresses = {
  "openai-videos": (body) => body.video_url,
  "runway-tasks": (body) => body.output?.[0],
  "fal-queue": (body) => body.response_url,
  "replicate-predictions": (body) => body.output,
  "google-operations": (body) => body.response?.generateVideoResponse.generatedSamples[0].video.uri,
};

export const subjects = table.map(({ keyHeader = "authorization", scheme = "Bearer", ...row }) => ({
  measures,
  word: (task) => task.status,
  ...row,
  /** What `--only` calls it. */
  family: row.name.replace(/-latest$/, ""),
  key: { header: keyHeader, value: `${scheme} ${apiKey}`.trim() },
  tasks: bodies[row.format].map((body, finished) => ({
    id: body.id ?? body.request_id ?? body.name,
    text: JSON.stringify(body),
    word: row.words[finished],
    url: addresses[row.format](body) ?? null,
  })),
}));

/** All that can be measured; the boundary is ours alone, the downloads are of ways of their own, the pace of polls of no client in particular. */
export const measureNames = ["bundle", "loopback", "stubbed", "first-call", "boundary", "heap", "many", "download", "polling"];

export function subjectNamed(name) {
  return subjects.find((subject) => subject.name === name);
}

/** Name and version as installed, which the lock pins. */
export function titleOf(subject) {
  if (!subject.package) return "raw fetch";
  const file = new URL(`node_modules/${subject.package}/package.json`, import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, "utf8"));
  return `${name} ${version}`;
}

/** Throws unless `result` is what `task`'s body says. */
export function verify(subject, task, result) {
  const seen = { id: subject.id ? subject.id(result) : task.id, word: subject.word(result), url: subject.url(result) ?? null };
  for (const [field, value] of Object.entries(seen)) {
    if (value !== task[field]) throw new Error(`${subject.name} read ${field} ${JSON.stringify(value)}, the body has ${JSON.stringify(task[field])}`);
  }
}
