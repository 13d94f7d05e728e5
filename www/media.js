// The stills and sounds beside the film: each downloaded once, and shown from memory.

const shown = ["audio", "image", "cover"];

/** @param {() => void} changed */
export function createMedia(client, task, changed) {
  const stop = new AbortController();
  const { signal } = stop;
  let begun = false;
  const items = task.outputs.map(({ kind }) => ({ kind, url: null, failed: false }));

  return {
    items,
    /** One after another: the film comes first. */
    async load() {
      if (begun) return;
      begun = true;
      for (const [output, item] of items.entries()) {
        if (!shown.includes(item.kind) || signal.aborted) continue;
        try {
          const blob = await client.download(task, { output, signal }).blob();
          if (signal.aborted) return;
          item.url = URL.createObjectURL(blob);
        } catch {
          item.failed = true;
        }
        if (!signal.aborted) changed();
      }
    },
    free() {
      stop.abort();
      for (const item of items) if (item.url) URL.revokeObjectURL(item.url);
    },
  };
}
