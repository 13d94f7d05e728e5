// A finished video at a proxy of the page's own origin: the <video> asks for it by itself, in the ranges that it wants to show.
import { hand, unasked } from "./clip.js";
import { bareUrl } from "./units.js";

/**
 * The same to the page as a clip; null where the task is no video, or its address is not the page's own: nothing may be saved from another.
 * @param {() => void} changed
 */
export function createStream(task, changed) {
  const { videoUrl, ref } = task;
  const first = task.outputs[0]?.kind ?? "video";
  const found = videoUrl ?? (first === "video" ? `${ref.baseUrl}/v1/videos/${encodeURIComponent(task.id)}/content` : null);
  const url = found && new URL(found, location.href).href;
  if (!url || new URL(url).origin !== location.origin) return null;
  const clip = {
    kind: "video",
    streamed: true,
    address: bareUrl(url),
    ...unasked,
    async load() {
      Object.assign(clip, { state: "ready", url });
      changed();
    },
    cancel() {},
    save: () => hand(url, task, "video/mp4"),
    free() { clip.url = null; },
  };
  return clip;
}
