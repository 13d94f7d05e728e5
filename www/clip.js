// The finished video, or what a task without one has in its place: downloaded once, then shown and saved from memory.

const endings = { "video/mp4": "mp4", "video/webm": "webm", "video/quicktime": "mov", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "audio/mpeg": "mp3", "audio/wav": "wav" };

/** Chunks come by the hundred a second; nobody reads that fast. */
const toldEveryMs = 100;

/** Of whatever a film is shown from, before it is asked for. */
export const unasked = {
  /** @type {"waiting" | "loading" | "ready" | "stopped" | "problem"} */
  state: "waiting",
  bytes: 0,
  total: null,
  url: null,
  error: null,
  /** To be saved as soon as it is there. */
  wanted: false,
};

/** @param {() => void} changed */
export function createClip(client, task, changed) {
  let stop = new AbortController();
  const kinds = task.outputs.map(({ kind }) => kind);
  const clip = {
    /** As the client chooses: the first video, else the first output; a video behind a content path has no address. */
    kind: kinds.includes("video") ? "video" : kinds[0] ?? "video",
    ...unasked,
    async load() {
      stop = new AbortController();
      const { signal } = stop;
      Object.assign(clip, { state: "loading", bytes: 0, total: null, error: null });
      changed();
      try {
        const blob = await client.download(task, { signal, onProgress: count }).blob();
        if (signal.aborted) return;
        Object.assign(clip, { state: "ready", bytes: blob.size, url: URL.createObjectURL(blob), type: blob.type });
        if (clip.wanted) give();
      } catch (error) {
        if (signal.aborted) return;
        Object.assign(clip, { state: "problem", error });
      }
      changed();
    },
    cancel() {
      stop.abort();
      Object.assign(clip, { state: "stopped", wanted: false });
      changed();
    },
    save() {
      if (clip.state === "ready") return give();
      clip.wanted = true;
      if (clip.state === "loading") changed();
      else void clip.load();
    },
    free() {
      stop.abort();
      if (clip.url) URL.revokeObjectURL(clip.url);
      clip.url = null;
    },
  };

  let told = 0;
  function count({ bytes, total }) {
    Object.assign(clip, { bytes, total });
    if (Date.now() - told < toldEveryMs) return;
    told = Date.now();
    changed();
  }

  function give() {
    clip.wanted = false;
    hand(clip.url, task, clip.type);
  }

  return clip;
}

/** Has the browser save what is at an address of the page's own. */
export function hand(url, { id }, type) {
  const link = document.createElement("a");
  link.href = url;
  link.download = `${id.replace(/[^\w.-]+/g, "_")}.${endings[type.split(";")[0]] ?? "mp4"}`;
  link.click();
}
