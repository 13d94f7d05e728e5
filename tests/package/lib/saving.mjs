// What the tests of save() share: a folder for each, a relay of one finished task, and what is beside the target.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { json, relay, task } from "./relay.mjs";

export const cli = fileURLToPath(new URL("../../../pkg/dist/cli.mjs", import.meta.url));
export const child = fileURLToPath(new URL("save-child.mjs", import.meta.url));

export function folderOf(t) {
  const folder = mkdtempSync(join(tmpdir(), "reelay-save-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A relay whose content path is asked `content(exchange, nth)`; every other path is the finished task. */
export async function finished(t, content, body = task("completed")) {
  let nth = 0;
  const server = await relay(t, (exchange) => (/content|\.mp4/.test(exchange.path) ? content(exchange, ++nth) : json(body)));
  const ranges = () => server.requests.filter(({ path }) => /content|\.mp4/.test(path)).map(({ headers }) => headers.range ?? "whole");
  return { ...server, ranges };
}

export const names = (folder) => readdirSync(folder).sort();

/** The note beside a target, and the marks behind it: of how many bytes a next run will know. */
export const noteOf = (path) => Object.assign({}, ...readFileSync(`${path}.part.json`, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line)));

/** A process of its own. What it printed, and how it ended. */
export function start(args, { env = {}, ...options } = {}) {
  const [command, ...rest] = args;
  const running = spawn(command, rest, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], ...options });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) running[name].setEncoding("utf8").on("data", (text) => (said[name] += text));
  const ended = new Promise((resolve, reject) => {
    running.on("error", reject);
    running.on("close", (code, signal) => resolve({ code, signal, ...said }));
  });
  return { process: running, said, ended };
}

/** save() in a process of its own; it prints its outcome as JSON. */
export const startSave = (url, path, { node = [], ...options } = {}) => start([process.execPath, ...node, child, url, path], options);
export const outcomeOf = ({ stdout, stderr }) => {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`no outcome: ${stdout}${stderr}`);
  }
};

/** A server's answer that is sent a piece at a time, as fast as it is read but for a pause; `sent` is told how much has gone out. */
export async function paced({ response }, { status, headers, body }, { piece = 65_536, everyMs = 1, sent = () => {} } = {}) {
  const closed = once(response, "close");
  response.writeHead(status, headers);
  for (let at = 0; at < body.length && !response.destroyed; at += piece) {
    const room = response.write(body.subarray(at, at + piece));
    if (!room) await Promise.race([once(response, "drain"), closed]);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    sent(Math.min(at + piece, body.length));
  }
  response.end();
}

/** Numbers from a seed, 0 to 1, the same for the same seed. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
