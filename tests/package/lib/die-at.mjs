// Loaded before a program (`node --import`): the process kills itself with SIGKILL at its nth step in the file system that changes
// something, DIE_AT, right before it is taken.
import fs from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { fileURLToPath } from "node:url";

const dieAt = Number(process.env.DIE_AT);
let steps = 0;

function counted(of, name) {
  const real = of[name];
  of[name] = function (...args) {
    if (++steps === dieAt) process.kill(process.pid, "SIGKILL");
    return real.apply(this, args);
  };
}

for (const name of ["openSync", "writeSync", "renameSync", "unlinkSync", "closeSync"]) counted(fs, name);
for (const name of ["open", "appendFile", "rename", "rm"]) counted(promises, name);
const handle = await promises.open(fileURLToPath(import.meta.url));
const prototype = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ["write", "writev", "writeFile", "sync", "truncate", "close"]) counted(prototype, name);
syncBuiltinESMExports();
steps = 0;
