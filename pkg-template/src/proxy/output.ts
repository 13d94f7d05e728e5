// The bytes of one output: the core decides where they are asked for, by whom, and whether they are a video; the part that the
// browser wants of them goes along, and what comes is handed on.
import { createClient } from "#reelay";
import type { SourceOf } from "../download.ts";
import type { ClientOptions, DownloadOptions, Task } from "../types.ts";

const sourceOf = Symbol.for("reelay.source");

/** What is passed on of the browser's request. */
const conditions = ["range", "if-range", "if-none-match", "if-modified-since"];

/** Bytes that no rule takes for a page: shown to the core in place of those that it has nothing to say to. */
const nothing = new Uint8Array(512);

/** Bytes that were found. */
export interface Found {
  status: number;
  /** As they came; empty where the bytes were in a `data:` address. */
  headers: Headers;
  /** Its start, where that had to be looked at. */
  head: Uint8Array | null;
  rest: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** All of it, where the relay gave it as text. */
  whole?: { bytes: Uint8Array<ArrayBuffer>; mediaType: string | null };
}

/** Finds them; `stale` is called if the task's own address had to be asked for anew. */
export async function findOutput(
  client: ClientOptions, task: Task, wanted: Headers, options: DownloadOptions, stale: () => void,
): Promise<Found> {
  const ask = client.fetch ?? globalThis.fetch;
  let found: Found | undefined;

  const fetch = async (url: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (headers.get("accept") === "application/json") {
      stale();
      return ask(url, init);
    }
    // What came before was not the video.
    await drop(found);
    found = undefined;
    for (const name of conditions) {
      const value = wanted.get(name);
      if (value !== null) headers.set(name, value);
    }
    headers.set("accept-encoding", "identity");
    const response = await ask(url, { ...init, headers });
    const { status } = response;
    if (!isAnswer(status, wanted)) return response;
    const rest = response.body?.getReader();
    found = { status, headers: response.headers, head: null, rest };
    return shown(response, rest);
  };

  // A client of its own: what it fetches is this request's alone.
  const download = createClient({ ...client, fetch: fetch as typeof globalThis.fetch, retries: 0 }).download(task, options);
  const source = (download as unknown as Record<symbol, SourceOf>)[sourceOf]!(null);
  try {
    const head = await source.next();
    // What is shown of an answer tells no length; what was decoded has one.
    if (found && source.total === null) return startsAtZero(found.status, found.headers) ? { ...found, head } : found;
    const pieces: BlobPart[] = [];
    for (let piece = head; piece; piece = await source.next()) pieces.push(piece);
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return { status: 200, headers: new Headers(), head: null, rest: undefined, whole: { bytes, mediaType: source.mediaType } };
  } catch (error) {
    await drop(found);
    throw error;
  } finally {
    source.close();
  }
}

/** Whether an answer is about the bytes, and not about where they are or why there are none. */
function isAnswer(status: number, wanted: Headers): boolean {
  if (status === 304) return wanted.has("if-none-match") || wanted.has("if-modified-since");
  if (status === 416) return wanted.has("range");
  return status === 200 || status === 206;
}

const startsAtZero = (status: number, headers: Headers) =>
  status === 200 || (status === 206 && /^\s*bytes\s+0+-/i.test(headers.get("content-range") ?? ""));

/** An answer as the core is to see it: whole, as it knows nothing of the part asked for; read only as far as it must be looked at. */
function shown({ status, headers }: Response, rest: Found["rest"]): Response {
  const type = headers.get("content-type");
  const start = startsAtZero(status, headers);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = start && rest ? await rest.read() : { done: false, value: nothing };
        if (value) controller.enqueue(value);
        if (done || !start) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: type !== null && status < 300 ? { "content-type": type } : {} });
}

/** Gives up what has not been read. */
export async function drop(found: Found | undefined): Promise<void> {
  try {
    await found?.rest?.cancel();
  } catch {
    // It is over either way.
  }
}
