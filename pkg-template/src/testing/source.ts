import { fnv1a, noise } from "./hash.ts";

/** Bytes that can be read from anywhere without being held in memory. */
export interface Source {
  readonly length: number;
  readonly etag: string;
  read(from: number, to: number): Uint8Array<ArrayBuffer>;
}

const BLOCK = 65536;
const DEFAULT_LENGTH = 65536;
/** The shortest stand-in: two boxes and something in them. */
export const SHORTEST = 64;

let block: Uint8Array<ArrayBuffer> | undefined;

/** The bytes themselves; padded to `length` if that is more; a stand-in of `length` bytes if there are none or it is less. */
export function createSource(bytes: Uint8Array | null, length: number = bytes?.length ?? DEFAULT_LENGTH): Source {
  const missing = bytes ? length - bytes.length : -1;
  const head = bytes && missing === 0 ? bytes.slice()
    : bytes && missing >= 16 ? join(bytes, boxHeader("free", missing))
    : join(ftyp(), boxHeader("mdat", length - 32));
  const tag = fnv1a(head, fnv1a(String(length))).toString(16).padStart(8, "0");

  return {
    length,
    etag: `"${length.toString(16)}-${tag}"`,
    read(from, to) {
      const out = new Uint8Array(to - from);
      if (from < head.length) out.set(head.subarray(from, Math.min(to, head.length)));
      fill(out, from, Math.max(from, head.length), to);
      return out;
    },
  };
}

/** Every block is the same noise under its own number, so that a byte in the wrong place shows. */
function fill(out: Uint8Array, base: number, from: number, to: number): void {
  if (from >= to) return;
  block ??= noise(0x9e3779b9, BLOCK);
  for (let at = from; at < to;) {
    const number = Math.floor(at / BLOCK);
    const end = Math.min(to, (number + 1) * BLOCK);
    const start = at - number * BLOCK;
    out.set(block.subarray(start, end - number * BLOCK), at - base);
    for (let i = start; i < 4 && number * BLOCK + i < end; i++) out[number * BLOCK + i - base] = (number >>> (24 - 8 * i)) & 255;
    at = end;
  }
}

function ftyp(): Uint8Array {
  const box = new Uint8Array(32);
  box.set(new TextEncoder().encode("....ftypisom....isomiso2avc1mp41"));
  const view = new DataView(box.buffer);
  view.setUint32(0, 32);
  view.setUint32(12, 0x200);
  return box;
}

/** The header of a box of `size` bytes, header included: 16 bytes always, so the long form serves every size. */
function boxHeader(type: string, size: number): Uint8Array {
  const box = new Uint8Array(16);
  box.set(new TextEncoder().encode(type), 4);
  const view = new DataView(box.buffer);
  view.setUint32(0, 1);
  view.setBigUint64(8, BigInt(size));
  return box;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
