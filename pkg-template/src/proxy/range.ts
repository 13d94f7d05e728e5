// One byte range by RFC 9110.

const single = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/;

/** A Range header that asks for one part; several at once, and what cannot be read, are answered with the whole. */
export const isSingle = (range: string | null): range is string => range !== null && single.test(range);

/** The part of `length` bytes that is asked for; undefined: all of them; null: there is no such part. */
export function partOf(range: string | null, length: number): { from: number; to: number } | null | undefined {
  const [, first, last, suffix] = single.exec(range ?? "") ?? [];
  if (first === undefined && suffix === undefined) return undefined;
  const from = first === undefined ? Math.max(0, length - Number(suffix)) : Number(first);
  const to = last ? Math.min(Number(last) + 1, length) : length;
  if (first !== undefined && last && Number(last) < from) return undefined;
  return from < to ? { from, to } : null;
}
