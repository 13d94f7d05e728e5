// Conditional and partial requests by RFC 9110, as far as storage services answer them.

export interface Part { status: 200 | 206 | 304 | 416; from: number; to: number; }

/** Which part of `length` bytes a GET asks for. */
export function partOf(headers: Headers, length: number, etag: string, lastModified: string): Part {
  const whole: Part = { status: 200, from: 0, to: length };
  const none = headers.get("if-none-match");
  if (none !== null) {
    if (none === "*" || none.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag)) return { status: 304, from: 0, to: 0 };
  } else if (headers.get("if-modified-since") === lastModified) {
    return { status: 304, from: 0, to: 0 };
  }

  // Several ranges in one request may be answered with everything, and so may what cannot be read.
  const range = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range")?.trim() ?? "");
  if (!range || (range[1] === "" && range[2] === "")) return whole;
  const condition = headers.get("if-range");
  if (condition !== null && condition !== etag && condition !== lastModified) return whole;

  const first = range[1] === "" ? Math.max(0, length - Number(range[2])) : Number(range[1]);
  const last = range[1] === "" || range[2] === "" ? length - 1 : Math.min(Number(range[2]), length - 1);
  if (range[1] !== "" && range[2] !== "" && Number(range[2]) < first) return whole;
  if (first >= length) return { status: 416, from: 0, to: 0 };
  return { status: 206, from: first, to: last + 1 };
}
