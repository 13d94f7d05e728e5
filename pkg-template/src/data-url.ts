// data: addresses, decoded and never fetched: a page's CSP may forbid that, and there is nothing to ask.
import { ReelayError } from "./error.ts";

/** The bytes and the media type of a data: URL. */
export function dataUrl(url: string): { bytes: Uint8Array<ArrayBuffer>; mediaType: string | null } {
  const comma = url.indexOf(",");
  const [mediaType = "", ...parameters] = url.slice(5, comma).split(";");
  try {
    if (comma < 0) throw new SyntaxError("no comma");
    const text = decodeURIComponent(url.slice(comma + 1));
    const base64 = parameters.some((parameter) => parameter.trim().toLowerCase() === "base64");
    const bytes = base64 ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : new TextEncoder().encode(text);
    return { bytes, mediaType: mediaType || null };
  } catch (cause) {
    throw new ReelayError("not_a_video", { message: "The relay gave a data: address that cannot be decoded.", cause });
  }
}
