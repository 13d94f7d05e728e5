// The second origin: signed addresses in the manner of a blob store, which wants its signature and nothing else.

import { base64, fnv1a, noise } from "./hash.ts";

/** A signed address that holds until the given moment. */
export function signedUrl(cdnUrl: string, path: string, until: number): string {
  const query = new URLSearchParams({ se: new Date(until).toISOString(), sr: "b", sp: "r", sig: signature(path, until) });
  return `${cdnUrl}${path}?${query}`;
}

export type File = "video" | "cover" | "image" | "audio";

const FILES: Record<File, [folder: string, ending: string]> = {
  video: ["videos", "mp4"], cover: ["thumbnails", "webp"], image: ["images", "webp"], audio: ["audio", "wav"],
};

/** Of a task's output; the second and further ones of a kind have a folder of their own. */
export function filePath(id: string, file: File = "video", number = 1): string {
  const [folder, ending] = FILES[file];
  return `/${folder}/${number > 1 ? `${number}/` : ""}${encodeURIComponent(id)}.${ending}`;
}

/** The task and file that an address names, or why it is refused. */
export function openSigned(url: URL, authorized: boolean, now: number): { id: string; file: File } | { refused: Response } {
  const [, folder, id, ending] = /^\/(\w+)\/(?:\d\/)?([^/]+)\.(\w+)$/.exec(url.pathname) ?? [];
  const file = (Object.keys(FILES) as File[]).find((name) => FILES[name][0] === folder && FILES[name][1] === ending);
  const until = Date.parse(url.searchParams.get("se") ?? "");
  if (!file || id === undefined) return { refused: xml(404, "BlobNotFound", "The specified blob does not exist.") };
  if (authorized) return { refused: denied("Only one of a signature and an Authorization header may be given.") };
  if (Number.isNaN(until) || url.searchParams.get("sig") !== signature(url.pathname, until)) return { refused: denied("Signature did not match.") };
  if (now >= until) {
    const [expiry, current] = [until, now].map((ms) => new Date(ms).toUTCString());
    return { refused: denied(`Signature not valid in the specified time frame: Expiry [${expiry}] - Current [${current}]`) };
  }
  return { id: decodeURIComponent(id), file };
}

function denied(detail: string): Response {
  const message = "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly";
  return xml(403, "AuthenticationFailed", `${message} including the signature.`, detail);
}

function xml(status: number, code: string, message: string, detail?: string): Response {
  const more = detail ? `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>` : "";
  return new Response(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`, {
    status, headers: { "content-type": "application/xml" },
  });
}

function signature(path: string, until: number): string {
  return base64(noise(fnv1a(`${path} ${until}`), 32));
}
