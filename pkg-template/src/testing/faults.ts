import type { ByteFault, Clock, Trouble } from "../testing-types.ts";

const CHUNK = 65536;

/** By these codes a server knows how its socket is to break. */
const CUT = { close: "UND_ERR_SOCKET", reset: "ECONNRESET", half: "EPIPE" };

/** Faults of a socket that no Response can hold, by the response that is to have them. */
export const onSocket = new WeakMap<Response, Pick<Trouble, "headMs" | "chunkBytes">>();

/** Where an answer is being made: the relay's time, and the other side's right to give up. */
export interface Moment { clock: Clock; signal: AbortSignal | null; }

/** A body to send: so many bytes, read when they are wanted. */
export interface Body { length: number; read(from: number, to: number): Uint8Array<ArrayBuffer>; }

/** What comes before the headers: waiting, or no answer at all. */
export async function beforeHeaders(trouble: Trouble, { clock, signal }: Moment): Promise<void> {
  if (trouble.delayMs) await clock.sleep(trouble.delayMs, signal);
  const { reset } = trouble;
  if (reset === true) throw broken("fetch failed", "ECONNRESET", "read ECONNRESET");
  if (reset) throw broken("fetch failed", reset === "head" ? "HPE_INVALID_EOF_STATE" : "UND_ERR_SOCKET", "other side closed");
}

export function troubleHeaders(trouble: Trouble, headers: Headers): void {
  if (trouble.retryAfter !== undefined) headers.set("retry-after", String(trouble.retryAfter));
  for (const [name, value] of Object.entries(trouble.headers ?? {})) headers.set(name, value);
}

/** True if the body's course is disturbed, so that it has to be a stream. */
export function disturbs(fault: ByteFault): boolean {
  return [fault.cutAfter, fault.stallAfter, fault.endAfter, fault.bytesPerSecond, fault.chunkBytes].some((value) => value !== undefined);
}

/** The body as a stream that makes each chunk when it is asked for, and has the fault on its way. */
export function streamOf(body: Body, fault: ByteFault, { clock, signal }: Moment): ReadableStream<Uint8Array> {
  const { cutAfter = Infinity, stallAfter = Infinity, endAfter = Infinity, bytesPerSecond = Infinity, chunkBytes = CHUNK } = fault;
  const end = Math.min(body.length, endAfter);
  // A slow body comes in tenths of a second, so that progress is seen.
  const chunk = Math.min(chunkBytes, Math.max(1, Math.ceil(bytesPerSecond / 10)));
  const begun = clock.now();
  const left = new AbortController();
  let sent = 0;

  /** The only time that the signal is listened to: between two reads nobody would hear of it. */
  async function wait(ms: number): Promise<void> {
    const abort = () => left.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await clock.sleep(ms, left.signal);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (signal?.aborted) throw signal.reason;
      if (sent < end) {
        if (sent >= cutAfter) throw broken("terminated", CUT[fault.cutBy ?? "close"], "other side closed");
        if (sent >= stallAfter) await wait(Infinity);
        const size = Math.min(chunk, Math.min(end, cutAfter, stallAfter) - sent);
        const due = begun + ((sent + size) / bytesPerSecond) * 1000;
        if (due > clock.now()) await wait(due - clock.now());
        controller.enqueue(body.read(sent, sent + size));
        sent += size;
      }
      if (sent >= end) controller.close();
    },
    cancel: () => left.abort(),
  }, { highWaterMark: 0 });
}

/** What fetch gives when the other side is gone. */
export function broken(message: string, code: string, cause: string): TypeError {
  return new TypeError(message, { cause: Object.assign(new Error(cause), { code }) });
}
