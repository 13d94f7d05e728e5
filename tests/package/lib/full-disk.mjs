// Loaded before a program (`node --import`): the disk of files in FULL_DISK has room for so many more bytes, FULL_AFTER, in all. A write
// that does not fit is cut short, and the next one is refused, as a real full disk does it.
import promises from "node:fs/promises";
import { fileURLToPath } from "node:url";

let room = Number(process.env.FULL_AFTER);
const refused = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", errno: -28, syscall: "write" });
const handle = await promises.open(fileURLToPath(import.meta.url));
const prototype = Object.getPrototypeOf(handle);
await handle.close();

const { write, writeFile } = prototype;
prototype.write = async function (buffer, offset, length, position) {
  if (room === 0) throw refused();
  const fits = Math.min(room, length);
  room -= fits;
  return write.call(this, buffer, offset, fits, position);
};
prototype.writev = async function (buffers, position) {
  const { bytesWritten } = await this.write(Buffer.concat(buffers), 0, buffers.reduce((sum, { length }) => sum + length, 0), position);
  return { bytesWritten, buffers };
};
prototype.writeFile = async function (text, ...rest) {
  if (text.length > room) throw refused();
  return writeFile.call(this, text, ...rest);
};
