// Saving one clip with saveToOPFS(), as its tests have it.
import { ranged, sha256, video } from "../../package/lib/video.mjs";
import { outcome } from "./downloads.mjs";

export const MiB = 1 << 20;
/** More than one piece. */
export const clip = video(12 * MiB);
export const hash = sha256(clip);
export const whole = (exchange) => ranged(exchange, clip);
export const path = "videos/a.mp4";

/** Saves in the page; what came of it is plain. */
export const saving = (page, { id = "a", to = path, ...options } = {}) =>
  outcome(page, async ({ id, to, options }) => {
    const { handle, ...rest } = await saveToOPFS(relay.download(id), to, options);
    return { ...rest, name: handle.name, size: (await handle.getFile()).size };
  }, { id, to, options });

/** What a save of the whole clip gives, of which so many bytes were there. */
export const saved = (resumedFrom, to = path) => ({ ok: true, path: to, bytes: clip.length, mediaType: "video/mp4", resumedFrom, name: to.split("/").at(-1), size: clip.length });
