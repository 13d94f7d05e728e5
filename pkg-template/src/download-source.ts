// The chunks of one download. The core says what to stream and what an end means; this reads, counts and keeps the clock.
import { Call } from "./call.ts";
import { type Body, Giver, made, Turn } from "./give.ts";
import { Boxes } from "./boxes.ts";
import type { Opened } from "./opened.ts";
import { dataUrl } from "./data-url.ts";
import { flatten } from "./flatten.ts";
import { cancel, together } from "./host.ts";
import { given, named } from "./named.ts";
import { check, heard, unlessAborted } from "./signal.ts";
import type { DownloadOptions, Task, TaskRef } from "./types.ts";
import { waiting } from "./waiting.ts";

type Chunk = Uint8Array<ArrayBuffer>;

/** How a stream ended, as the core takes it; above these, what stands in the video's place. */
const enum End {
  None, Whole, Short, Cut, Silent, Other,
}

/** What the core says to do next: stream a body, or decode a `data:` address; null when the download is complete. */
type Step = Body | { decode: string } | null;

/** Chunks that the core must see the start of before anyone gets them. */
const HEAD = 512;

/** So much of what was passed on last is kept, to be held against what a server sends once more. */
const TAIL = 4096;

/** Why a download was stopped that nobody gave a reason for. */
const ENDED = "The download is over.";

export interface Source {
  /** The next chunk; null at the end. */
  next(): Promise<Chunk | null>;
  /** Throws, and ends the download, with `too_large`. */
  tooLarge(maxBytes: number): never;
  /** Ends the download, whatever is under way. */
  close(reason?: unknown): void;
  /** Where the last chunk ended: with what an earlier run had, unless that had to be fetched again. */
  readonly bytes: number;
  readonly total: number | null;
  readonly mediaType: string | null;
  /** What pins this version of the bytes. */
  readonly validator: string | null;
}

/** What an earlier run has of the same output. Plain JSON. */
export interface Part {
  bytes: number;
  total: number | null;
  validator: string | null;
}

export function openSource(open: () => Promise<Opened>, task: string | TaskRef | Task, options: DownloadOptions, part?: Part | null): Source {
  const { signal, onProgress, wait = {}, variant, output, idleTimeoutMs } = options;
  // The call's own end: the caller's signal, or close().
  const stop = new AbortController();
  let opened: Opened | undefined;
  let number = 0;
  let raw: unknown;
  let idleMs = 0;
  let reader: Reader | undefined;
  let skip = 0;
  let head: Chunk[] = [];
  // The begin of a body that comes from its first byte on, behind a part whose bytes only an earlier run has seen.
  let opening: Chunk | undefined;
  // What was passed on last stands at its end, so much of it.
  const tail = new Uint8Array(TAIL);
  let kept = 0;
  // Of a part that an earlier run left the boxes are not known.
  let boxes = part?.bytes ? undefined : new Boxes();
  let end = End.None;
  let silent = false;
  // Since when a chunk is waited for, below 0 while none is; and how many have been waited for.
  let since = -1;
  let waited = 0;
  let clock: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  let deaf = () => {};
  // Nothing has come in this run yet.
  let untouched = true;
  const source = {
    next,
    tooLarge: (maxBytes: number) => fail(true, `The download has more than ${maxBytes} bytes.`),
    close: finish,
    bytes: part?.bytes ?? 0,
    total: null as number | null,
    mediaType: null as string | null,
    validator: null as string | null,
  };

  function finish(reason?: unknown) {
    deaf();
    if (over) return;
    over = true;
    clearTimeout(clock);
    // Without a reason abort() would make an error, whose stack holds on to whoever cancelled.
    stop.abort(reason === undefined ? ENDED : reason);
    // That settles a pending read at once, even of a stream that never moves again.
    void cancel(reader, stop.signal.reason);
    if (number) opened?.core.forget(number);
    number = 0;
  }

  async function start(): Promise<Opened> {
    deaf = heard(signal, () => finish(signal?.reason));
    check(wait.signal);
    const now = await unlessAborted(unlessAborted(open(), stop.signal), wait.signal);
    const { core } = now;
    const of = flatten({ variant, output, idleTimeoutMs, part });
    const giver = new Giver();
    made(core, giver, Turn.Idle, 0, of);
    idleMs = giver.number;
    const whole = given(task);
    const asked = whole?.task ?? named(task as string | TaskRef);
    const waits = waiting(wait, !!(signal ?? wait.signal));
    const call = new Call(now, stop.signal, wait.onUpdate, whole?.raw);
    await unlessAborted(call.run(Turn.Download, () => of + asked + waits), wait.signal);
    number = call.number;
    raw = call.raw;
    if (over) core.forget(number);
    return (opened = now);
  }

  /** Asks the core for the next stream; false when there is none left. */
  async function advance(now: Opened): Promise<boolean> {
    const call = new Call(now, stop.signal, undefined, raw);
    call.number = number;
    const step = (await call.run(Turn.Advance, () => flatten(source.bytes) + flatten(end))) as Step;
    raw = call.raw;
    end = End.None;
    silent = false;
    head = [];
    if (step === null) return false;
    if ("decode" in step) {
      const { bytes, mediaType } = await decoded(step.decode);
      source.total = bytes.byteLength;
      source.mediaType = mediaType;
      if (untouched) {
        source.bytes = 0;
        boxes = new Boxes();
      }
      skip = source.bytes;
      reader = new Blob([bytes]).stream().getReader();
      return true;
    }
    skip = step.skip;
    opening = untouched && skip > 0 && skip === step.at ? new Uint8Array() : undefined;
    if (step.at < source.bytes) boxes = new Boxes();
    ({ at: source.bytes, total: source.total, mediaType: source.mediaType, validator: source.validator } = step);
    reader = readerOf(step.response);
    // A caller's fetch may answer with less than a Response: then nothing came.
    if (!reader) end = End.Cut;
    return true;
  }

  /** A failure that only this side can see, with all that the core knows of the task. */
  function fail(tooLarge: boolean, message: string): never {
    const { core } = opened!;
    const giver = new Giver(raw);
    made(core, giver, Turn.FailDownload, number, flatten(tooLarge) + flatten(message) + flatten(source.bytes));
    throw giver.failure;
  }

  async function decoded(url: string) {
    try {
      return dataUrl(url);
    } catch {
      return fail(false, "The relay gave a data: address that cannot be decoded.");
    }
  }

  /** One timer for many chunks, as one for each costs more than all else; `before`: which one was waited for when it was set. */
  function ring(before: number) {
    clock = undefined;
    // Whoever takes the chunks is slow, and not the server.
    if (since < 0) return;
    const left = waited === before ? 0 : since + idleMs - Date.now();
    if (left > 0) {
      clock = setTimeout(ring, Math.min(left, idleMs), waited);
      return;
    }
    silent = true;
    void cancel(reader);
  }

  /** What is new in a chunk: nothing twice, and nothing before its start has been looked at; undefined when more must come first. */
  async function sifted(core: Opened["core"], chunk: Chunk | null): Promise<Chunk | null | undefined> {
    if (chunk && skip > 0 && !repeats(tail.subarray(-kept || TAIL), chunk, skip)) return spoiled(End.Other);
    if (chunk && opening) {
      opening = (await together([opening, chunk])).subarray(0, HEAD);
      const impostor = core.impostor(opening);
      if (impostor) return spoiled(impostor);
      if (opening.byteLength === HEAD) opening = undefined;
    }
    // A body that ends before the place where it should go on was not all of it.
    if (!chunk && skip > 0 && end === End.Whole) end = End.Cut;
    if (chunk && skip >= chunk.byteLength) {
      skip -= chunk.byteLength;
      return undefined;
    }
    const fresh = chunk && skip > 0 ? chunk.subarray(skip) : chunk;
    if (chunk) skip = 0;
    if (source.bytes > 0) return fresh;
    if (fresh) head.push(fresh);
    const known = head.reduce((sum, piece) => sum + piece.byteLength, 0);
    if (fresh && known < HEAD) return undefined;
    // What is too short to be known for what it is waits for the rest.
    if (known === 0 || (known < HEAD && end !== End.Whole)) return null;
    const start = head.length === 1 ? head[0]! : await together(head);
    head = [];
    const impostor = core.impostor(start.subarray(0, HEAD));
    return impostor ? spoiled(impostor) : start;
  }

  /** This body is not what it should be. */
  function spoiled(how: End): null {
    end = how;
    void cancel(reader);
    return null;
  }

  /** Copies the end of a chunk, as whoever gets it may give its memory away; always to the same place, as new memory for each costs more. */
  function keep(chunk: Chunk) {
    const last = chunk.subarray(-TAIL);
    tail.copyWithin(0, last.byteLength);
    tail.set(last, TAIL - last.byteLength);
    kept += last.byteLength;
  }

  /** All of it in one function: each that is awaited for every chunk costs as much as the rest. */
  async function next(): Promise<Chunk | null> {
    try {
      if (over) throw stop.signal.reason;
      const { core } = opened ?? (await start());
      for (;;) {
        if ((!reader || end) && !(await advance(opened!))) {
          finish();
          return null;
        }
        let chunk: Chunk | null | undefined = null;
        if (!end) {
          since = Date.now();
          waited += 1;
          clock ??= setTimeout(ring, idleMs, waited);
          try {
            const { done, value } = await reader!.read();
            if (value instanceof Uint8Array) chunk = value;
            // What gives something else than bytes has broken, too.
            else end = done ? End.Whole : End.Cut;
          } catch {
            end = End.Cut;
          }
          since = -1;
          if (silent) end &&= End.Silent;
          if (!chunk?.byteLength || skip || opening || !source.bytes) chunk = await sifted(core, chunk);
          if (over) throw stop.signal.reason;
        }
        if (chunk) {
          untouched = false;
          source.bytes += chunk.byteLength;
          keep(chunk);
          boxes?.pass(chunk);
          onProgress?.({ bytes: source.bytes, total: source.total });
          return chunk;
        }
        if (chunk === null) {
          end ||= End.Whole;
          if (end === End.Whole && boxes?.short) end = End.Short;
        }
      }
    } catch (error) {
      finish(error);
      throw error;
    }
  }

  return source;
}

/** Whether a chunk has the same bytes as the tail, where it begins so many before its end. */
function repeats(tail: Uint8Array, chunk: Chunk, back: number): boolean {
  const at = tail.byteLength - back;
  return tail.every((byte, place) => place < at || place - at >= chunk.byteLength || chunk[place - at] === byte);
}

type Reader = ReadableStreamDefaultReader<Chunk>;

function readerOf({ body }: Response): Reader | undefined {
  try {
    return (body ?? new Blob([]).stream()).getReader() as Reader;
  } catch {
    return undefined;
  }
}
