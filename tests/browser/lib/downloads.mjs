// A relay of finished tasks whose video comes as the test says, and what pages tell of their files.
import { once } from "node:events";
import { json, task } from "../../package/lib/relay.mjs";
import { ranged } from "../../package/lib/video.mjs";
import { site } from "./site.mjs";

/** `content(exchange)` answers for the bytes; `ranges()` tells which were asked for. */
export async function videos(t, content) {
  const isContent = ({ path }) => path.endsWith("/content");
  const server = await site(t, (exchange) => (isContent(exchange) ? content(exchange) : json(task("completed", { id: exchange.path.split("/")[3] }))));
  const ranges = () => server.asked().filter(isContent).map(({ headers }) => headers.range ?? "whole");
  return { ...server, ranges };
}

/** Sends what `ranged` would, but holds from byte `stop` of the video on until `go()`. `held` resolves when all before it has gone out. */
export function holding(clip, stop, etag) {
  let go, hold;
  const open = new Promise((resolve) => (go = resolve));
  const held = new Promise((resolve) => (hold = resolve));
  const content = async (exchange) => {
    const { status, headers, body } = ranged(exchange, clip, etag);
    const { response } = exchange;
    const early = Math.max(0, body.length - (clip.length - stop));
    response.writeHead(status, headers);
    const closed = once(response, "close");
    response.write(body.subarray(0, early), () => hold());
    await Promise.race([open, closed]);
    if (!response.destroyed) response.end(body.subarray(early));
  };
  return { content, go, held };
}

/** What a function in a page came to, as plain data: `ok` and the fields of what it gave, or those of the error, or the `reason` where it is text. */
export async function outcome(page, work, given) {
  const told = await page.evaluate(async ([code, given]) => {
    try {
      return JSON.stringify({ ok: true, ...await (0, eval)(`(${code})`)(given) });
    } catch (error) {
      if (typeof error === "string") return JSON.stringify({ ok: false, reason: error });
      const { name, message, hint, bytes, cause } = error;
      return JSON.stringify({ ok: false, name, message, ...name === "ReelayError" && { code: error.code }, hint, bytes, cause: cause?.name });
    }
  }, [String(work), given]);
  return JSON.parse(told);
}

/** Every file of the site's own, with its size, by its path. */
export const files = (page) =>
  page.evaluate(async () => {
    const found = {};
    const look = async (folder, path) => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === "directory") await look(handle, `${path}${name}/`);
        else found[path + name] = (await handle.getFile()).size;
      }
    };
    await look(await navigator.storage.getDirectory(), "");
    return found;
  });

/** The text or, as hex, the sha256 of a file of the site's own. */
export const read = (page, path, as = "sha256") =>
  page.evaluate(async ([path, as]) => {
    const names = path.split("/");
    let folder = await navigator.storage.getDirectory();
    while (names.length > 1) folder = await folder.getDirectoryHandle(names.shift());
    const file = await (await folder.getFileHandle(names[0])).getFile();
    if (as === "text") return file.text();
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }, [path, as]);

/** Writes a file of the site's own. */
export const put = (page, path, text) =>
  page.evaluate(async ([path, text]) => {
    const names = path.split("/");
    let folder = await navigator.storage.getDirectory();
    while (names.length > 1) folder = await folder.getDirectoryHandle(names.shift(), { create: true });
    const writable = await (await folder.getFileHandle(names[0], { create: true })).createWritable();
    await writable.write(text);
    await writable.close();
  }, [path, text]);

/** The note of a part; null where there is none, or none yet in its file. */
export const noteOf = async (page, path) => {
  const text = await read(page, `${path}.part/note.json`, "text").catch(() => "");
  return text ? JSON.parse(text) : null;
};

/** How many bytes it says are kept. */
export const keptOf = async (page, path) => ((await noteOf(page, path))?.pieces ?? []).reduce((sum, { bytes }) => sum + bytes, 0);

/** Resolves once a part holds something. */
export async function kept(page, path, atLeast = 1) {
  for (let tries = 0; tries < 400; tries++) {
    const bytes = await keptOf(page, path);
    if (bytes >= atLeast) return bytes;
    await page.waitForTimeout(50);
  }
  throw new Error(`${path}.part never held ${atLeast} bytes`);
}

/** How much room the site has. Without `bytes`: as much as ever. */
export async function room(page, bytes) {
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(page.url()).origin, ...bytes !== undefined && { quotaSize: bytes } });
}
