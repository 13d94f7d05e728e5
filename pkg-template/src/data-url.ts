// data: addresses, decoded and never fetched: a page's CSP may forbid that, and there is nothing to ask.

/** The bytes and the media type of a data: URL. Throws where it is malformed. */
export function dataUrl(url: string): { bytes: Uint8Array<ArrayBuffer>; mediaType: string | null } {
  const comma = url.indexOf(",");
  if (comma < 0) throw new SyntaxError("A data: address without a comma.");
  const [mediaType = "", ...parameters] = url.slice(5, comma).split(";");
  const base64 = parameters.some((parameter) => parameter.trim().toLowerCase() === "base64");
  const text = url.slice(comma + 1);
  const bytes = base64 ? latin1(atob(decodeURIComponent(text))) : percentDecoded(text);
  return { bytes, mediaType: mediaType || null };
}

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** `%FF` is a byte, not a character: decodeURIComponent would read UTF-8. */
function percentDecoded(text: string): Uint8Array<ArrayBuffer> {
  const bytes = [...new TextEncoder().encode(text)];
  const decoded: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const hex = String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
    if (bytes[at] === 0x25 && /^[\da-f]{2}$/i.test(hex)) {
      decoded.push(Number.parseInt(hex, 16));
      at += 2;
    } else decoded.push(bytes[at]!);
  }
  return Uint8Array.from(decoded);
}
