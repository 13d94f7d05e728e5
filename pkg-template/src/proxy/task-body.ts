// A task as the proxy tells it: OpenAI's shape, which every client reads to the same task, with the proxy's addresses.
import type { Output, Status, Task } from "../task-types.ts";

const words: Record<Status, string> = {
  queued: "queued", running: "in_progress", succeeded: "completed", failed: "failed", expired: "expired", unknown: "unknown",
};

/** `address` gives the address of an output, `clean` what may be shown of a text. The relay's own body stays behind: it holds signed addresses. */
export function bodyOf(task: Task, address: (output: number) => string, clean: (text: string) => string): object {
  const { id, status, rawStatus, progress, outputs, error, model, createdAt, completedAt, expiresAt } = task;
  const said = (text: string | null) => text && clean(text);
  const video = outputs.findIndex(({ kind }) => kind === "video");
  return {
    id,
    object: "video",
    // A word that nobody knows is told: the client's listener hears of it.
    status: (status === "unknown" && said(rawStatus)) || words[status],
    // Whole percents, as the format has it, and the fraction itself.
    ...(progress !== null && { progress: Math.round(progress * 100), progress_pct: progress }),
    model: said(model),
    created_at: seconds(createdAt),
    completed_at: seconds(completedAt),
    expires_at: seconds(expiresAt),
    error: error && { code: said(error.code), message: said(error.message) },
    ...(video >= 0 && { video_url: address(video) }),
    ...(outputs.length > 0 && { creations: outputs.map(({ kind }, output) => creation(kind, address(output))) }),
  };
}

const seconds = (ms: number | null) => ms && ms / 1000;

/** One of several outputs, of any kind: Vidu's form, as no other tells covers and pictures apart. */
const creation = (kind: Output["kind"], url: string) => (kind === "cover" ? { cover_url: url } : { type: kind, url });
