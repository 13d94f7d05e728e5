import { readFileSync } from "node:fs";
import { bodies } from "./bodies.mjs";

/** Not a secret: the bench server and the stub refuse a request that does not carry it. */
export const apiKey = "bench-key-0123456789abcdef";

const measures = ["bundle", "loopback", "stubbed", "first-call", "many"];

/**
 * What is compared. `clients/<name>.mjs` is the code that is measured; here is how to tell that it did its work:
 * the words it gives for the two bodies, and where it shows the task's id and an address that only the body holds.
 */
const table = [
  {
    name: "raw", call: "fetch + JSON.parse", format: "openai-videos", measures: measures.slice(1),
    words: ["in_progress", "completed"], id: (task) => task.id, url: (task) => task.video_url,
  },
  {
    name: "openai", package: "openai", call: "videos.retrieve", format: "openai-videos",
    words: ["in_progress", "completed"], id: (task) => task.id, url: (task) => task.video_url,
  },
  {
    // Needs a newer Node than the oldest one supported here, so only its size is comparable.
    name: "openai-latest", package: "openai-latest", call: "videos.retrieve", format: "openai-videos", measures: ["bundle"],
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
};

export const subjects = table.map((row) => ({
  scheme: "Bearer",
  measures,
  ...row,
  tasks: bodies[row.format].map((body, finished) => ({
    id: body.id ?? body.request_id,
    text: JSON.stringify(body),
    word: row.words[finished],
    url: addresses[row.format](body) ?? null,
  })),
}));

/** All that can be measured; the downloads are of ways of their own, the pace of polls of no client in particular. */
export const measureNames = [...measures, "download", "polling"];

export function subjectNamed(name) {
  return subjects.find((subject) => subject.name === name);
}

/** Name and version as installed, which the lock pins. */
export function titleOf(subject) {
  if (!subject.package) return `raw (Node ${process.versions.node})`;
  const file = new URL(`node_modules/${subject.package}/package.json`, import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, "utf8"));
  return `${name} ${version}`;
}

/** Throws unless `result` is what `task`'s body says. */
export function verify(subject, task, result) {
  const seen = { id: subject.id(result), word: result.status, url: subject.url(result) ?? null };
  for (const [field, value] of Object.entries(seen)) {
    if (value !== task[field]) throw new Error(`${subject.name} read ${field} ${JSON.stringify(value)}, the body has ${JSON.stringify(task[field])}`);
  }
}
