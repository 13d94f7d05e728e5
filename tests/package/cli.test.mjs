// The command line: every command, every exit code, lines for machines, and no key in anything it prints.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { serve } from "../../pkg/dist/testing-node.mjs";
import { within } from "./lib/outcome.mjs";
import { json, relay, reply, task } from "./lib/relay.mjs";
import { cli, finished, folderOf, names, noteOf, paced, start } from "./lib/saving.mjs";
import { partly, ranged, sha256, video } from "./lib/video.mjs";

const KEY = "sk-cli-secret-0123456789";
const version = JSON.parse(readFileSync(new URL("../../pkg/package.json", import.meta.url), "utf8")).version;
const clip = video(300_000);
/** Whatever any command printed, to be looked through at the end. */
const printed = [];

let server;
before(async () => {
  server = await serve({
    apiKey: KEY,
    tasks: {
      done: [{ status: "succeeded", result: { place: "cdn" } }],
      later: [{ status: "queued" }, { status: "running", progress: 0.4 }, { status: "succeeded" }],
      running: [{ status: "running", progress: 0.3 }],
      failed: [{ status: "failed", error: { code: "moderation", message: "\x1b[31mnot this one" } }],
      expired: [{ status: "expired" }],
      quoted: [{ http: 400, body: { error: { message: `bad key ${KEY}` } } }],
      "Kling:a/b=": [{ status: "succeeded" }],
      page: [{ status: "succeeded", result: { faults: { html: "<!doctype html><p>no" } } }],
      "-dash": [{ status: "succeeded" }],
    },
  });
});
after(async () => {
  // What a test that failed has left.
  for (const { process: left } of started) left.kill("SIGKILL");
  await server.close();
});
const started = [];

function reelay(args, { url = server.url, env = {}, ...options } = {}) {
  const running = start([process.execPath, cli, ...args], { env: { REELAY_BASE_URL: url, REELAY_API_KEY: KEY, NO_COLOR: "", ...env }, ...options });
  started.push(running);
  running.ended = running.ended.then((how) => {
    printed.push(how.stdout, how.stderr);
    return { ...how, lines: how.stdout.split("\n").filter(Boolean) };
  });
  return running;
}
const run = (args, options) => within(reelay(args, options).ended, 60_000, `reelay ${args.join(" ")}`);
const events = ({ lines }) => lines.map((line) => JSON.parse(line));

describe("commands", { concurrency: 2 }, () => {
  test("query: one snapshot, for people and for machines", async () => {
    const text = await run(["query", "done"]);
    assert.deepEqual([text.code, text.stderr], [0, ""]);
    assert.match(text.stdout, /^task +done\nstatus +succeeded \(completed\)\nformat +openai-videos\n[^]*video +http:\/\/[^?\s]*done\.mp4\n$/);
    const [event] = events(await run(["query", "done", "--json"]));
    assert.deepEqual([event.event, event.task.status, event.task.ref.id, event.task.outputs.length, "raw" in event.task], ["task", "succeeded", "done", 1, false]);
    assert.ok(!event.task.videoUrl.includes("?"));
    assert.equal((await run(["query", "failed"])).code, 0, "a snapshot of a failed task is a snapshot");
  });

  test("wait: tells each change on stderr, and the task on stdout", async () => {
    const { code, stdout, stderr } = await run(["wait", "later", "--poll", "20ms"]);
    assert.equal(code, 0);
    assert.match(stderr, /later {2}queued, 0 %\nlater {2}running \(in_progress\), 40 %\nlater {2}succeeded/);
    assert.match(stdout, /status +succeeded/);
  });

  test("get: saves under the name that is given", async (t) => {
    const path = join(folderOf(t), "out.mp4");
    const { code, stdout, stderr } = await run(["get", "done", "-o", path]);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.startsWith(`${path}  114.0 kB  sha256 ${sha256(readFileSync(path))}\n`), stdout);
    assert.match(stderr, /done {2}114\.0 kB of 114\.0 kB, 100 %\n$/);
    assert.ok(readFileSync(path).equals(readFileSync(new URL("../../pkg/assets/sample.mp4", import.meta.url))));
  });

  test("get: else under a safe name of the id, in this folder or in --dir", async (t) => {
    const folder = folderOf(t);
    assert.equal((await run(["get", "Kling:a/b="], { cwd: folder })).code, 0);
    assert.equal((await run(["get", "--dir", join(folder, "new/one"), "done"])).code, 0);
    assert.equal((await run(["get", "--dir", folder, "--", "-dash"])).code, 0);
    assert.deepEqual(names(join(folder, "new/one")), ["done.mp4"]);
    assert.match(names(folder).join(), /^Kling_a_b_-[0-9a-f]{10}\.mp4,_dash-[0-9a-f]{10}\.mp4,new$/);
  });

  test("get --json: what happens, one event a line", async (t) => {
    const path = join(folderOf(t), "out.mp4");
    const all = events(await run(["get", "later", "-o", path, "--json", "--poll", "20ms"]));
    assert.deepEqual([...new Set(all.map(({ event }) => event))], ["status", "progress", "saved"]);
    const { bytes, sha256: hash, resumedFrom, mediaType } = all.at(-1);
    assert.deepEqual([bytes, hash, resumedFrom, mediaType], [statSync(path).size, sha256(readFileSync(path)), 0, "video/mp4"]);
  });

  test("doctor: what the relay has", async () => {
    const { code, stdout } = await run(["doctor", "done"]);
    assert.equal(code, 0);
    for (const row of [/^route +\/v1\/videos\/\{id\}$/m, /^format +openai-videos$/m, /^CORS of the status +any page may read it, and send a key$/m,
      /^video +http\S+done\.mp4, signed until 20\d\d-\S+ \(24 h left\)$/m, /^Range +yes$/m, /^version +pinned/m, /^CORS of the bytes +any page/m]) assert.match(stdout, row);
  });

  test("doctor: what it has not", async (t) => {
    const { url, requests } = await finished(t, (exchange) => ranged({ headers: {} }, clip), task("completed"));
    const [report] = events(await run(["doctor", "a", "--json", "--format", "openai-videos"], { url }));
    assert.deepEqual([report.route, report.cors, report.bytes.range, report.bytes.cors.readable], ["/v1/videos/{id}", { readable: false, allowOrigin: null, preflight: false }, "no", false]);
    const preflight = requests.find(({ request }) => request.method === "OPTIONS");
    assert.equal(preflight.headers.authorization, undefined, "a preflight never has the key");
    const other = await run(["doctor", "running"]);
    assert.match(other.stdout, /^bytes +not tried: the task has not succeeded$/m);
  });

  test("--help, help, nothing at all, --version", async () => {
    for (const args of [["--help"], ["help"], [], ["get", "--help"]]) {
      const { code, stdout } = await run(args);
      assert.equal(code, 0);
      for (const word of ["query", "wait", "get", "doctor", "--key-file", "--jobs", "130"]) assert.ok(stdout.includes(word), word);
    }
    assert.equal((await run(["--version"])).stdout, `${version}\n`);
  });
});

describe("get --from", { concurrency: 2 }, () => {
  test("many: each under its own name; run again, what is there is passed over", async (t) => {
    const folder = folderOf(t);
    const list = join(folder, "ids.txt");
    writeFileSync(list, "# a list\ndone\n\n  later \r\nKling:a/b=\ndone\nfailed\n");
    const dir = join(folder, "out");
    const first = await run(["get", "--from", list, "--dir", dir, "--jobs", "2", "--poll", "20ms"]);
    assert.equal(first.code, 3, "the worst of them");
    assert.equal(first.lines.length, 3);
    assert.match(first.stderr, /error: failed: The task failed: .\[31mnot this one\n[^]*3 saved, 0 there already, 1 missing/);
    assert.doesNotMatch(first.stderr, /\x1b/);
    assert.equal(names(dir).length, 3);
    writeFileSync(join(dir, "done.mp4"), "mine");
    const second = events(await run(["get", "--from", list, "--dir", dir, "--json"]));
    assert.deepEqual(second.at(-1), { event: "end", saved: 0, skipped: 3, failed: 1, missing: 1 });
    assert.equal(readFileSync(join(dir, "done.mp4"), "utf8"), "mine");
    await run(["get", "--from", list, "--dir", dir, "--overwrite"]);
    assert.notEqual(readFileSync(join(dir, "done.mp4"), "utf8"), "mine");
  });

  test("ids that differ only in what a file name cannot hold get files of their own", async (t) => {
    const folder = folderOf(t);
    const ids = ["a/b", "a:b", "a_b", "A_B", "con", "...", ".x", "x".repeat(300), `${"x".repeat(300)}y`, "名前", "a_b-0123456789"];
    const list = join(folder, "ids.txt");
    writeFileSync(list, ids.join("\n"));
    const { url } = await relay(t, ({ path }) => (path.endsWith("/content") ? ranged({ headers: {} }, clip) : json(task("completed", { id: "any" }))));
    const dir = join(folder, "out");
    const { code, stderr } = await run(["get", "--from", list, "--dir", dir], { url });
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /Warning|x{60}/);
    const made = names(dir);
    assert.equal(new Set(made.map((name) => name.toLowerCase())).size, ids.length);
    for (const name of made) assert.match(name, /^[\w-][\w.-]{0,100}\.mp4$/);
    assert.ok(made.includes("a_b.mp4") && !made.includes("con.mp4"));
    assert.deepEqual(names(folder), ["ids.txt", "out"]);
  });

  test("--jobs bounds the downloads at a time", async (t) => {
    const folder = folderOf(t);
    const list = join(folder, "ids.txt");
    writeFileSync(list, [1, 2, 3, 4, 5, 6].join("\n"));
    let [now, most] = [0, 0];
    const { url } = await relay(t, async (exchange) => {
      if (!exchange.path.endsWith("/content")) return json(task("completed"));
      most = Math.max(most, ++now);
      exchange.response.on("close", () => now--);
      return paced(exchange, ranged(exchange, clip), { everyMs: 20 });
    });
    assert.equal((await run(["get", "--from", list, "--dir", folder, "--jobs", "2"], { url })).code, 0);
    assert.equal(most, 2);
  });

  test("from stdin", async (t) => {
    const folder = folderOf(t);
    const running = reelay(["get", "--from", "-", "--dir", folder], { stdio: ["pipe", "pipe", "pipe"] });
    running.process.stdin.end("done\n");
    assert.equal((await running.ended).code, 0);
    assert.deepEqual(names(folder), ["done.mp4"]);
  });
});

describe("exit codes", { concurrency: 2 }, () => {
  for (const [what, args, said] of [
    ["no such command", ["fetch", "a"], /No such command: fetch/],
    ["no id", ["query"], /query takes one task id/],
    ["two ids", ["wait", "a", "b"], /one task id, not 2/],
    ["an unknown option", ["query", "a", "--nope"], /Unknown option '--nope'/],
    ["an option of another command", ["query", "a", "--jobs", "2"], /query has no --jobs/],
    ["a time that is none", ["wait", "a", "--timeout", "soon"], /--timeout takes a time/],
    ["jobs that are no number", ["get", "--from", "/dev/null", "--jobs", "0"], /--jobs takes a whole number/],
    ["a list that is not there", ["get", "--from", "/nowhere/ids"], /--from cannot be read: ENOENT/],
    ["an empty list", ["get", "--from", "/dev/null"], /--from names no task/],
    ["-o with --from", ["get", "--from", "x", "-o", "y"], /-o is for one task/],
    ["-o with --dir", ["get", "a", "--dir", "x", "-o", "y"], /not both/],
    ["a format of no version", ["query", "a", "--format", "nope"], /format "nope"/],
    ["an address that is none", ["query", "a", "--base-url", "relay"], /not a URL/],
    ["an address with a password", ["query", "a", "--base-url", "http://u:hunter22@127.0.0.1"], /no user, password or query/],
    ["a key file that is not there", ["query", "a", "--key-file", "/nowhere/key"], /--key-file cannot be read: ENOENT/],
  ]) {
    test(`2 for ${what}`, async () => {
      const { code, stdout, stderr } = await run(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, /hunter22/);
    });
  }

  test("2 without a relay", async () => {
    const { code, stderr } = await run(["query", "a"], { url: "" });
    assert.equal(code, 2);
    assert.match(stderr, /--base-url URL, or set REELAY_BASE_URL/);
  });

  for (const arg of ["--api-key", "--api-key=sk-typed-secret", "--key=sk-typed-secret", "--apikey", "--token", "-key", "--API_KEY=sk-typed-secret", "--authorization"]) {
    test(`2 for ${arg.replace(/=.*/, "=…")}: told why, and nothing is asked`, async () => {
      const before = server.requests.length;
      const { code, stdout, stderr } = await run(["query", "done", arg, "sk-typed-secret"]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /is not taken: other users and the shell's history can read arguments[^]*REELAY_API_KEY[^]*--key-file/);
      assert.doesNotMatch(stderr, /sk-typed-secret/);
      assert.equal(server.requests.slice(before).filter(({ url }) => url.endsWith("/done")).length, 0);
    });
  }

  test("3 for a task that failed or has expired", async (t) => {
    const path = join(folderOf(t), "a.mp4");
    assert.equal((await run(["wait", "failed"])).code, 3);
    const [status, error] = events(await run(["get", "failed", "-o", path, "--json"]));
    assert.deepEqual([status.event, error.event, error.exitCode, error.error.code], ["status", "error", 3, "task_failed"]);
    assert.equal((await run(["wait", "expired"])).code, 3);
    assert.ok(!existsSync(path));
  });

  test("4 for a wait that timed out, with the command that goes on", async () => {
    const { code, stderr } = await run(["wait", "running", "--timeout", "0.3", "--poll", "50ms"]);
    assert.equal(code, 4);
    assert.match(stderr, /The task goes on at the relay\.\nTo go on: reelay wait running --timeout 0\.3 --poll 50ms\n$/);
    const error = events(await run(["get", "running", "-o", "it's here.mp4", "--timeout", "200ms", "--poll", "50ms", "--json"])).at(-1);
    assert.deepEqual([error.exitCode, error.error.code, error.continue], [4, "wait_timeout", "reelay get running -o 'it'\\''s here.mp4' --timeout 200ms --poll 50ms --json"]);
  });

  test("5 for a key that is refused or missing", async () => {
    for (const key of ["sk-wrong-key-for-this", ""]) {
      const { code, stderr } = await run(["query", "done"], { env: { REELAY_API_KEY: key } });
      assert.equal(code, 5);
      assert.match(stderr, /Set REELAY_API_KEY, or give --key-file FILE/);
      assert.doesNotMatch(stderr, /sk-wrong/);
    }
  });

  test("6 for no answer, no such task, no video, no folder", async (t) => {
    const folder = folderOf(t);
    const none = await run(["query", "a", "--base-url", "http://127.0.0.1:1", "--format", "openai-videos"]);
    assert.equal(none.code, 6);
    assert.match(none.stderr, /No answer from http:\/\/127\.0\.0\.1:1\/v1\/videos\/a\.\nCheck the connection and --base-url\.\nTo go on: reelay query a/);
    assert.equal((await run(["query", "nobody"])).code, 6);
    const page = await run(["get", "page", "-o", join(folder, "a.mp4")]);
    assert.equal(page.code, 6);
    assert.deepEqual(names(folder), []);
    const gone = await run(["get", "done", "-o", join(folder, "none/a.mp4")]);
    assert.equal(gone.code, 6);
    assert.match(gone.stderr, /folder does not exist[^]*Make the folder first/);
  });
});

describe("keys", { concurrency: 2 }, () => {
  test("from a file, which goes before the environment", async (t) => {
    const file = join(folderOf(t), "key");
    writeFileSync(file, `${KEY}\n`);
    assert.equal((await run(["query", "done", "--key-file", file], { env: { REELAY_API_KEY: "sk-wrong-key-for-this" } })).code, 0);
    for (const content of ["", "two words"]) {
      writeFileSync(file, content);
      assert.equal((await run(["query", "done", "--key-file", file])).code, 2);
    }
  });

  test("a relay that quotes the key is not quoted", async () => {
    for (const flag of [[], ["--json"]]) {
      const { code, stdout, stderr } = await run(["query", "quoted", ...flag]);
      assert.equal(code, 6);
      assert.match(stdout + stderr, /bad key/);
    }
  });
});

describe("Ctrl-C", { concurrency: 2 }, () => {
  const clip = video(24_000_000);

  /** A get in the middle of its download. */
  async function downloading(t, args = [], options = {}) {
    const folder = folderOf(t);
    const path = join(folder, "a.mp4");
    const { url, ranges } = await finished(t, (exchange, nth) =>
      nth === 1 ? partly(exchange, ranged(exchange, clip), 20_000_000, "stall") : ranged(exchange, clip),
    );
    const running = reelay([...args, "get", "a", "-o", path, "--json"], { url, ...options });
    for (let tries = 0; !existsSync(`${path}.part`) || statSync(`${path}.part`).size < 19_000_000; tries++) {
      assert.ok(tries < 1000, "it never came");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { folder, path, url, ranges, running };
  }

  for (const [signal, exit] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ]) {
    test(`${signal}: ${exit}, the part is kept, and the command that goes on does`, async (t) => {
      const { folder, path, url, ranges, running } = await downloading(t);
      running.process.kill(signal);
      const { code, stderr, lines } = await within(running.ended, 20_000);
      assert.equal(code, exit);
      assert.match(stderr, /^Interrupted\.\nKept: \S+a\.mp4\.part, \d\d\.\d MB\nTo go on: reelay get a -o \S+ --json\n$/);
      assert.deepEqual(JSON.parse(lines.at(-1)).error.code, "interrupted");
      assert.deepEqual(names(folder), ["a.mp4.part", "a.mp4.part.json"]);
      const { bytes } = noteOf(path);
      const again = JSON.parse(lines.at(-1)).continue.split(" ").slice(1);
      const saved = events(await run(again, { url })).at(-1);
      assert.deepEqual([saved.event, saved.resumedFrom, saved.sha256], ["saved", bytes, sha256(clip)]);
      assert.deepEqual(ranges(), ["whole", `bytes=${bytes}-`]);
      assert.deepEqual(names(folder), ["a.mp4"]);
    });
  }

  test("twice: ends at once, even where the disk hangs; the next run goes on all the same", async (t) => {
    const HANG_WHEN = join(folderOf(t), "now");
    const NODE_OPTIONS = `--import ${new URL("lib/hung-disk.mjs", import.meta.url).href}`;
    const { folder, path, url, running } = await downloading(t, [], { env: { NODE_OPTIONS, HANG_WHEN } });
    writeFileSync(HANG_WHEN, "");
    running.process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(running.process.exitCode, null, "it waits for the disk");
    running.process.kill("SIGINT");
    assert.equal((await within(running.ended, 10_000)).code, 130);
    assert.ok(names(folder).includes("a.mp4.part"));
    assert.equal(events(await run(["get", "a", "-o", path, "--json"], { url })).at(-1).sha256, sha256(clip));
    assert.deepEqual(names(folder), ["a.mp4"]);
  });

  test("while it waits", async () => {
    const running = reelay(["wait", "running", "--poll", "50ms"]);
    while (!running.said.stderr.includes("30 %")) await new Promise((resolve) => setTimeout(resolve, 10));
    running.process.kill("SIGINT");
    const { code, stderr } = await within(running.ended, 10_000);
    assert.equal(code, 130);
    assert.match(stderr, /Interrupted\.\nTo go on: reelay wait running --poll 50ms\n$/);
  });

  test("in many: what is saved stays, the parts are kept, told once", async (t) => {
    const folder = folderOf(t);
    mkdirSync(join(folder, "out"));
    const list = join(folder, "ids.txt");
    writeFileSync(list, "one\ntwo\nthree\n");
    const { url } = await relay(t, (exchange) => {
      if (!exchange.path.endsWith("/content")) return json(task("completed"));
      return exchange.path.includes("one") ? ranged(exchange, clip) : partly(exchange, ranged(exchange, clip), 20_000_000, "stall");
    });
    const running = reelay(["get", "--from", list, "--dir", join(folder, "out")], { url });
    const ready = () => ["one.mp4", "two.mp4.part", "three.mp4.part"].every((name) => existsSync(join(folder, "out", name)));
    while (!ready()) await new Promise((resolve) => setTimeout(resolve, 10));
    running.process.kill("SIGINT");
    const { code, stderr } = await within(running.ended, 20_000);
    assert.equal(code, 130);
    assert.equal(stderr.match(/Interrupted/g).length, 1);
    assert.match(stderr, /1 saved, 0 there already, 2 missing\nInterrupted\.\nTo go on: reelay get --from/);
    assert.equal(sha256(readFileSync(join(folder, "out/one.mp4"))), sha256(clip));
    assert.ok(!names(join(folder, "out")).some((name) => name.endsWith(".lock")));
  });
});

test("whoever reads stdout may go: the file is saved all the same", async (t) => {
  const folder = folderOf(t);
  const path = join(folder, "a.mp4");
  const { url } = await finished(t, (exchange) => paced(exchange, ranged(exchange, clip), { everyMs: 20 }));
  const running = reelay(["get", "a", "-o", path, "--json"], { url });
  running.process.stdout.destroy();
  running.process.stderr.destroy();
  assert.equal((await within(running.ended, 20_000)).code, 0);
  assert.equal(sha256(readFileSync(path)), sha256(clip));
});

test("the program is named in the manifest, and can be run", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../pkg/package.json", import.meta.url), "utf8"));
  assert.deepEqual(manifest.bin, { reelay: `./dist/${basename(cli)}` });
  assert.ok(readFileSync(cli, "utf8").startsWith("#!/usr/bin/env node\n"));
  assert.ok(statSync(cli).mode & 0o111);
});

test("no command printed a key, a signature or an address that could be fetched", () => {
  const all = printed.join("");
  assert.ok(printed.length > 100);
  assert.ok(!all.includes(KEY) && !all.includes("sk-typed-secret") && !all.includes("sk-wrong"));
  assert.doesNotMatch(all, /https?:\/\/[^\s"]*\?/);
  assert.ok(server.requests.some(({ url }) => /\.mp4\?/.test(url)), "there were signed addresses");
});
