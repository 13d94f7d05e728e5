// Running other programs.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { Problem } from "./print.mjs";

/** Runs a program in the foreground. Rejects with a Problem when it cannot start, fails, or outlives `limitMs`. */
export function run(command, args, { cwd, env, limitMs, hint } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"], timeout: limitMs });
    const fail = (why) => reject(new Problem([`${[basename(command), ...args].join(" ").slice(0, 100)}: ${why}`, hint].filter(Boolean).join("\n")));
    child.on("error", (error) => fail(error.code === "ENOENT" ? "not found" : error.message));
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else fail(signal ? `ended by ${signal}${limitMs ? ` (limit ${limitMs / 1000} s)` : ""}` : `exit code ${code}`);
    });
  });
}

/** What a program prints, trimmed; null when it is missing or fails. Its complaints are shown only if `stderr` is "inherit". */
export function output(command, args, { cwd, env, stderr = "ignore" } = {}) {
  const { status, stdout } = spawnSync(command, args, {
    cwd, env, encoding: "utf8", maxBuffer: 64 << 20, stdio: ["ignore", "pipe", stderr],
  });
  return status === 0 ? stdout.trim() : null;
}

/** The full path of a program on PATH, or null. */
export function which(name, path = process.env.PATH) {
  for (const folder of (path ?? "").split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
