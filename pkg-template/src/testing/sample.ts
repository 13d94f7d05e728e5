import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MockScript } from "../testing-types.ts";

/** The script, with the clip and the pictures of the package's assets folder for what it does not bring itself. */
export async function withSample(script: MockScript): Promise<MockScript> {
  const assets = join(here(), "..", "assets");
  const read = async (name: string) => new Uint8Array(await readFile(join(assets, name)));
  return {
    ...script,
    video: script.video ?? await read("sample.mp4"),
    thumbnail: script.thumbnail ?? await read("sample.webp"),
    spritesheet: script.spritesheet ?? await read("sample-sheet.webp"),
  };
}

/** The folder of the bundle, which lies beside assets: CommonJS has `__dirname`, a module has `import.meta`. */
function here(): string {
  return typeof __dirname === "string" ? __dirname : fileURLToPath(new URL(".", import.meta.url));
}
