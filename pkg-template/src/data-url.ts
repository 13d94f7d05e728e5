// data: addresses, decoded and never fetched: a page's CSP may forbid that, and there is nothing to ask.

/** The bytes and the media type of a data: URL. Throws where it is malformed. */
export function dataUrl(url: string): { bytes: Uint8Array<ArrayBuffer>; mediaType: string | null } {
  const comma = url.indexOf(",");
  if (comma < 0) throw new SyntaxError("A data: address without a comma.");
  const [mediaType = "", ...parameters] = url.slice(5, comma).split(";");
  const base64 = parameters.some((parameter) => parameter.trim().toLowerCase() === "base64");
  const text = url.slice(comma + 1);
  const bytes = base64 ? atob(decodeURIComponent(text)) : percentDecoded(text);
  return { bytes: bytesOf(bytes), mediaType: mediaType || null };
}

/** A text whose every character is a byte, as atob gives it. Uint8Array.from goes by an iterator, and takes six times as long. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** `%FF` is a byte, not a character: decodeURIComponent would read UTF-8. */
const percentDecoded = (text: string) =>
  text
    .replace(/[^\0-\x7f]+/g, encodeURIComponent)
    .replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
