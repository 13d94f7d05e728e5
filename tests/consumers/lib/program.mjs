// Programs of a consumer: a build, a server, a script that prints its report.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

/** Ends each program that still runs: they are groups of their own, which a Ctrl-C does not reach. */
const running = new Set();
process.on("exit", () => {
  for (const stop of running) stop();
});
for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143]]) process.once(name, () => process.exit(code));

/**
 * Starts programs in `folder`. All they say goes to `log`; those that still run end with `signal`, with all that they started.
 * Gives `run` (to its end; what it printed) and `start` (until it has said something).
 */
export function programs({ folder, log, signal }) {
  function begin(command, args, { env } = {}) {
    // A consumer that has run out of time may not know yet.
    signal.throwIfAborted();
    const name = [basename(command), ...args].join(" ").slice(0, 100);
    log(`$ ${name}`);
    // A group of its own, so that its children end with it.
    const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const stop = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    };
    signal.addEventListener("abort", stop);
    running.add(stop);
    let out = "";
    const listeners = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        log(text);
        if (stream === child.stdout) out += text;
        for (const listen of listeners) listen(text);
      });
    }
    const ended = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, by) => {
        // What it started and left behind ends too.
        stop();
        signal.removeEventListener("abort", stop);
        running.delete(stop);
        if (code === 0) resolve(out);
        else reject(new Error(`${name}: ${by ? `ended by ${by}` : `exit code ${code}`}`));
      });
    });
    ended.catch(() => {});
    return { name, ended, stop, onText: (listen) => listeners.push(listen) };
  }

  return {
    /** Runs a program to its end; its standard output. */
    run: (command, args = [], options) => begin(command, args, options).ended,
    /** Starts a server; the match of `pattern` in what it says. It runs until the consumer is done. */
    start(command, args, pattern, options) {
      const { name, ended, onText } = begin(command, args, options);
      return new Promise((resolve, reject) => {
        let said = "";
        onText((text) => {
          // Some colour their addresses even into a pipe.
          said += text.replaceAll(/\x1b\[[0-9;]*m/g, "");
          const found = said.match(pattern);
          if (found) resolve(found);
        });
        ended.then(() => reject(new Error(`${name}: ended without saying ${pattern}`)), reject);
      });
    },
  };
}

/** A program that npm brings in one package a system, of which only this system's is installed; `scope` is their folder or how their names begin. */
export function programOf(folder, scope, file) {
  const modules = join(folder, "node_modules");
  const inScope = scope.startsWith("@");
  const parent = inScope ? join(modules, scope) : modules;
  const names = (existsSync(parent) ? readdirSync(parent) : []).filter((name) => inScope || name.startsWith(scope));
  const found = names.map((name) => join(parent, name, process.platform === "win32" ? `${file}.exe` : file)).find((path) => existsSync(path));
  if (!found) throw new Error(`npm brings no ${file} for ${process.platform} on ${process.arch}`);
  return found;
}
