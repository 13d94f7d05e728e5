// Loaded before a program (`node --import`): once the file HANG_WHEN is there, fsync never ends.
import { existsSync } from "node:fs";
import promises from "node:fs/promises";
import { fileURLToPath } from "node:url";

const handle = await promises.open(fileURLToPath(import.meta.url));
const prototype = Object.getPrototypeOf(handle);
await handle.close();
const { sync } = prototype;
prototype.sync = function () {
  return existsSync(process.env.HANG_WHEN) ? new Promise(() => setInterval(() => {}, 1_000)) : sync.call(this);
};
