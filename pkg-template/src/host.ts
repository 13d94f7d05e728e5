// What this JavaScript host is and does for the core: mechanism, no policy.

/** Whether this runs in a page or one of its workers, where redirects are hidden and private addresses are the browser's concern. */
export function inPage(): boolean {
  const { document, Deno, Bun, navigator, WorkerNavigator } = globalThis as Record<string, any>;
  if (typeof document === "object") return true;
  return !Deno && !Bun && typeof WorkerNavigator === "function" && navigator?.userAgent !== "Cloudflare-Workers";
}

/** Whether fetch takes `cache: "no-store"`; some hosts throw on it. */
export function takesNoStore(): boolean {
  try {
    return new Request("https://relay.invalid/", { cache: "no-store" }).cache !== undefined;
  } catch {
    return false;
  }
}

/** Text as a body that the host sends once: Deno sends text, not a Blob, again by itself when a kept connection breaks under it. */
export const sentOnce = (text: string): string | Blob => ("Deno" in globalThis ? new Blob([text]) : text);

/** A URL taken apart, a line each: src/web/platform.rs reads them. Undefined where it is none. */
export function partsOf(text: string, base: string | undefined): string | undefined {
  try {
    const { origin, protocol, hostname, pathname, username, password, href } = new URL(text, base);
    return [origin, protocol.slice(0, -1), hostname, pathname, username + password, href].join("\n");
  } catch {
    return undefined;
  }
}

/** What a pattern matches in a text: the group of each match that took part, a line each. */
export function matches(pattern: string, text: string): string {
  return Array.from(text.matchAll(new RegExp(pattern, "gi")), ([, first, second]) => first ?? second).join("\n");
}

/** A body's text, piece by piece. */
export class Pieces {
  readonly #response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #decoder = new TextDecoder();
  #over = false;

  constructor(response: Response) {
    this.#response = response;
    // A caller's fetch may answer with less than a Response.
    this.#reader = response.body?.getReader?.();
  }

  /** The next one; undefined behind the last. */
  async next(): Promise<string | undefined> {
    if (this.#over) return undefined;
    if (!this.#reader) {
      this.#over = true;
      return this.#response.text();
    }
    const { done, value } = await this.#reader.read();
    this.#over = done;
    return this.#decoder.decode(value, { stream: !done });
  }

  /** Gives up what has not come. */
  close(): void {
    void cancel(this.#reader);
  }
}

// For whole texts: in Node a decoder that goes on from piece to piece is an object of the host's, which the collector sees to one by one.
const decoder = new TextDecoder();

/** A body as text, read no further than `max` bytes; null where there is more. */
export async function readText(response: Response, max: number): Promise<string | null> {
  // A caller's fetch may answer with less than a Response.
  const reader = response.body?.getReader?.() as ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  if (!reader) return response.text();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    chunks.push(value!);
    bytes += value!.byteLength;
    if (bytes > max) {
      void cancel(reader);
      return null;
    }
  }
  return decoder.decode(chunks.length === 1 ? chunks[0] : await together(chunks));
}

/** Chunks as one. */
export const together = async (chunks: Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await new Blob(chunks).arrayBuffer());

/** Lets go of a stream, whatever it makes of that. */
export async function cancel(reader: ReadableStreamDefaultReader | undefined, reason?: unknown): Promise<void> {
  try {
    await reader?.cancel(reason);
  } catch {
    // It is over for us either way.
  }
}
