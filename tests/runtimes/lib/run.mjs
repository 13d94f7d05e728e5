// Runs a case, a plain script that prints JSON, in a named runtime, against the built package.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(here, "node_modules");

/** The program itself, for this system: the packages' own starters stand between it and a signal. */
function program(scope, file) {
  const folder = join(modules, scope);
  const found = (existsSync(folder) ? readdirSync(folder) : []).map((name) => join(folder, name, file)).filter((path) => existsSync(path));
  if (found.length === 0) throw new Error(`${scope} has no program for this system: run npm ci in tests/runtimes`);
  return found[0];
}

const windows = process.platform === "win32" ? ".exe" : "";

/** How each runtime starts a script; `allow` is what a case may do besides reading and talking to this machine. */
export const runtimes = {
  node: () => [process.execPath],
  deno: (allow) => [
    program("@deno", `deno${windows}`),
    "run",
    "--no-remote",
    "--no-prompt",
    "--allow-read",
    "--allow-net=127.0.0.1",
    "--allow-env",
    ...allow,
  ],
  bun: () => [program("@oven", join("bin", `bun${windows}`)), "run", "--no-install"],
};

/** The built package under its own name, as a user's import finds it. */
function link() {
  const name = join(modules, "reelay");
  if (existsSync(name)) return;
  mkdirSync(modules, { recursive: true });
  rmSync(name, { force: true });
  try {
    symlinkSync(join(here, "../../pkg"), name, "junction");
  } catch (error) {
    // Another test file was quicker.
    if (error.code !== "EEXIST") throw error;
  }
}

/** Starts a case; the child's `outcome` resolves to what it printed, or rejects with all that it said. */
export function start(runtime, name, argument, { allow = [], limitMs = 60_000 } = {}) {
  link();
  const [command, ...args] = runtimes[runtime](allow);
  const script = join(here, "cases", `${name}.mjs`);
  const child = spawn(command, [...args, script, JSON.stringify(argument)], { cwd: here, timeout: limitMs, killSignal: "SIGKILL" });
  let [out, said] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  child.outcome = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) {
        try {
          return resolve(JSON.parse(out));
        } catch {
          // Told below.
        }
      }
      reject(new Error(`${name} in ${runtime} ended with ${signal ?? code}\n${out.slice(-2000)}\n${said.slice(-4000)}`));
    });
  });
  child.outcome.catch(() => {});
  return child;
}

/** What a case prints. */
export const run = (runtime, name, argument, options) => start(runtime, name, argument, options).outcome;
