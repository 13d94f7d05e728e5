// Ids, tags and signatures that look random and are the same in every run.

/** FNV-1a over text or bytes; of long bytes about 64 Ki, evenly spread. */
export function fnv1a(data: string | Uint8Array, seed = 0x811c9dc5): number {
  let hash = seed;
  const stride = typeof data === "string" ? 1 : Math.ceil(data.length / 65536) || 1;
  for (let i = 0; i < data.length; i += stride) {
    hash ^= typeof data === "string" ? data.charCodeAt(i) : data[i]!;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Bytes from xorshift32, which never leaves a seed other than 0. */
export function noise(seed: number, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let x = seed || 1;
  for (let i = 0; i < length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = x >>> 24;
  }
  return out;
}

export function hex(seed: string, digits: number): string {
  return Array.from(noise(fnv1a(seed), Math.ceil(digits / 2)), (b) => b.toString(16).padStart(2, "0")).join("").slice(0, digits);
}

export function base64(bytes: Uint8Array): string {
  let text = "";
  // Applied in pieces: an argument list has a limit.
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}
