// A download as the caller reads it: a stream, bytes, a blob, or into a sink.
import type { Opened } from "./opened.ts";
import { openSource, type Part, type Source } from "./download-source.ts";
import { invalid } from "./error.ts";
import { check, unlessAborted } from "./signal.ts";
import type { Download, DownloadOptions, Task, TaskRef } from "./types.ts";

/** How `reelay/node` gets at the chunks of a download, behind a part that it has. Across copies of the package. */
export const sourceOf = Symbol.for("reelay.source");

/** Gives the chunks; `baseUrl`, `task` and `options` tell what they are of, so that a part is known again. */
export interface SourceOf {
  (part: Part | null, signal?: AbortSignal): Source;
  baseUrl: string;
  task: string | TaskRef | Task;
  options: DownloadOptions;
}

/** A stream that is dropped half read gives its connection back. */
const dropped = new FinalizationRegistry<Source>((source) => source.close());

export function startDownload(open: () => Promise<Opened>, task: string | TaskRef | Task, options: DownloadOptions, baseUrl: string): Download {
  function begin() {
    const source = openSource(open, task, options);
    let give: (chunk: Uint8Array | null) => void;
    const stream = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          give = (chunk) => {
            if (chunk) return controller.enqueue(chunk);
            dropped.unregister(source);
            controller.close();
          };
        },
        pull: () => source.next().then(give),
        cancel(reason) {
          dropped.unregister(source);
          source.close(reason);
        },
      },
      // Nothing is asked before somebody reads.
      { highWaterMark: 0 },
    );
    dropped.register(stream, source, source);
    return { source, stream };
  }

  async function gather(maxBytes = Infinity) {
    if (!(maxBytes >= 0)) throw invalid("maxBytes must be a number of bytes, 0 or more.");
    const source = openSource(open, task, options);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    try {
      for (let chunk = await source.next(); chunk; chunk = await source.next()) {
        if (source.bytes > maxBytes || (source.total ?? 0) > maxBytes) source.tooLarge(maxBytes);
        chunks.push(chunk);
      }
    } finally {
      source.close();
    }
    return { chunks, bytes: source.bytes, mediaType: source.mediaType };
  }

  const download: Download = {
    stream: () => begin().stream,
    async bytes({ maxBytes } = {}) {
      const { chunks, bytes } = await gather(maxBytes);
      const whole = new Uint8Array(bytes);
      let at = 0;
      for (const chunk of chunks) {
        whole.set(chunk, at);
        at += chunk.byteLength;
      }
      return whole;
    },
    async blob({ maxBytes } = {}) {
      const { chunks, mediaType } = await gather(maxBytes);
      return new Blob(chunks, { type: mediaType ?? "" });
    },
    // What a stream's own does, without the stream.
    async pipeTo(sink) {
      const { signal } = options;
      const source = openSource(open, task, options);
      const writer = sink.getWriter();
      const pour = async () => {
        await writer.ready;
        for (let chunk = await source.next(); chunk; chunk = await source.next()) {
          writer.write(chunk).catch(source.close);
          await writer.ready;
        }
        await writer.close();
      };
      try {
        check(signal);
        writer.closed.catch(source.close);
        // A sink may never finish a write; the signal ends the call all the same.
        await unlessAborted(pour(), signal);
      } catch (error) {
        const told = writer.abort(error).catch(() => {});
        if (!signal?.aborted) await unlessAborted(told, signal);
        throw error;
      } finally {
        writer.releaseLock();
      }
      return { bytes: source.bytes, mediaType: source.mediaType };
    },
  };
  // Not enumerable: no part of what users see.
  const source = (part: Part | null, signal?: AbortSignal) => openSource(open, task, signal ? { ...options, signal } : options, part);
  const value: SourceOf = Object.assign(source, { baseUrl, task, options });
  return Object.defineProperty(download, sourceOf, { value });
}
