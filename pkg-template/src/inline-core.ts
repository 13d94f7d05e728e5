// The core inside the file: no second request, no path that a bundler could break.
import text from "#core-bytes";
import { bytesOf } from "./data-url.ts";

export async function inlineCore(): Promise<BufferSource> {
  // By this name and not by an import, at which bundlers for browsers stop. To load what streams are made of takes Node 25 ms and 5 MB.
  const node = globalThis.process?.getBuiltinModule;
  if (node) return node("zlib").inflateSync(node("buffer").Buffer.from(text, "base64"));
  const bytes = new Blob([bytesOf(atob(text))]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(bytes).arrayBuffer();
}
