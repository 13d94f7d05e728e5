// The core inside the file: no second request, no path that a bundler could break.
import text from "#core-bytes";

export async function inlineCore(): Promise<BufferSource> {
  // By this name and not by an import, at which bundlers for browsers stop. To load what streams are made of takes Node 25 ms and 5 MB.
  const node = globalThis.process?.getBuiltinModule;
  if (node) return node("zlib").inflateSync(node("buffer").Buffer.from(text, "base64"));
  const characters = atob(text);
  const packed = new Uint8Array(characters.length);
  // Uint8Array.from goes by an iterator, and takes six times as long.
  for (let at = 0; at < packed.length; at += 1) packed[at] = characters.charCodeAt(at);
  const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(bytes).arrayBuffer();
}
