import type { MockFormat } from "../testing-types.ts";
import type { Status } from "../types.ts";

/**
 * The word each format sends for a state. The unified format says `pending` outside for as long as a task is not done, and tells
 * more inside; new-api has no word for an expired task and calls it a failure.
 */
export const WORDS: Record<MockFormat, Record<Status, string>> = {
  "openai-videos": { queued: "queued", running: "in_progress", succeeded: "completed", failed: "failed", expired: "expired", unknown: "unknown" },
  "unified-video": { queued: "pending", running: "pending", succeeded: "completed", failed: "failed", expired: "expired", unknown: "unknown" },
  "newapi-generations": { queued: "QUEUED", running: "IN_PROGRESS", succeeded: "SUCCESS", failed: "FAILURE", expired: "FAILURE", unknown: "UNKNOWN" },
};

/** Words of the wire that a step may name instead, each sent as it is written there. */
const OTHERS: Record<Status, string[]> = {
  queued: ["pending", "submitted", "not_start"],
  running: [
    "processing", "image_downloading", "video_generating", "video_generation_completed",
    "video_upsampling", "video_upsampling_completed",
  ],
  succeeded: ["success", "done"],
  failed: ["failure", "error", "cancelled", "video_generation_failed", "video_upsampling_failed"],
  expired: [],
  unknown: [],
};

const READINGS = Object.keys(OTHERS) as Status[];

/** What a word means; null for one that no format here knows. */
export function readingOf(word: string): Status | null {
  const plain = word.toLowerCase();
  return READINGS.find((reading) => reading === plain || OTHERS[reading].includes(plain) || WORDS["openai-videos"][reading] === plain) ?? null;
}

export function knownWords(): string[] {
  return READINGS.flatMap((reading) => [reading, ...new Set([WORDS["openai-videos"][reading], ...OTHERS[reading]])])
    .filter((word, index, all) => all.indexOf(word) === index);
}
