// The READMEs say what is true: their tables are the crate's, their options and fields the facade's, and the examples that show how to begin run
// as a reader would run them. That every example runs, tests/docs holds.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "../../pkg/dist/testing-node.mjs";
import { readmes, readSources, render } from "../../tools/readme.mjs";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const text = (path) => readFileSync(at(path), "utf8");
const examples = (markdown) => [...markdown.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code]) => code);
const folder = mkdtempSync(join(tmpdir(), "reelay-readme-"));

before(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(at("pkg"), join(folder, "node_modules/reelay"), "dir");
});
after(() => rmSync(folder, { recursive: true }));

/** Runs an example as a user's file; what it prints, line by line. */
async function run(name, code, env = {}) {
  writeFileSync(join(folder, name), code);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [name], {
    cwd: folder,
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  assert.equal(stderr, "");
  return stdout.trim().split("\n");
}

describe("tables", () => {
  test("of both READMEs are what the crate and the consumers say now", async () => {
    await promisify(execFile)(process.execPath, [at("tools/readme.mjs"), "--check"]);
  });

  test("a change of any value is noticed, and so is a missing block", async () => {
    const tables = await readSources();
    const changes = {
      settings: { settings: tables.settings.map((row) => ({ ...row, max: row.max + 1 })) },
      "settings-short": { settings: tables.settings.map((row) => ({ ...row, default: 7 })) },
      errors: { errorCodes: tables.errorCodes.map((row) => ({ ...row, hint: "Else." })) },
      "errors-short": { errorCodes: tables.errorCodes.slice(1) },
      formats: { formats: tables.formats.map((row) => ({ ...row, calls: row.calls.map((call) => ({ ...call, ask: "GET /else" })) })) },
      consumers: { consumers: tables.consumers.map((row) => ({ ...row, versions: [...row.versions, "else 1.0.0"] })) },
      words: { words: [...tables.words, { word: "else", status: "queued", source: "" }] },
    };
    for (const [file, blocks] of Object.entries(readmes)) {
      for (const block of blocks) {
        assert.notEqual(render(text(file), [block], { ...tables, ...changes[block] }), text(file), `${file}, ${block}`);
      }
      assert.throws(() => render(text(file).replace(`<!-- /${blocks[0]} -->`, ""), blocks, tables), /needs the block/);
    }
  });
});

/** The keys of an interface, or the fields of a class. */
function membersOf(source, name, member = /^ {2}(\w+)\??:/gm) {
  const [, body] = source.match(new RegExp(`^export (?:interface|class) ${name} [^{]*\\{\n([^]*?)^\\}`, "m"));
  const names = [...body.matchAll(member)].map(([, key]) => key);
  assert.ok(names.length > 0, name);
  return names;
}

describe("README", () => {
  const readme = text("README.md");
  const section = (title) => readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  const names = (title, key) => assert.ok(section(title).includes(`\`${key}\``) || section(title).includes(`\`${key}.`), `${title}: ${key}`);

  test("names every option", () => {
    for (const of of ["ClientOptions", "CallOptions", "WaitOptions", "DownloadOptions", "ReadOptions"]) {
      for (const key of membersOf(text("pkg-template/src/types.ts"), of)) names("Options", key);
    }
  });

  test("names every field of a task and of an error, every call and every event", () => {
    const types = text("pkg-template/src/types.ts");
    for (const key of membersOf(text("pkg-template/src/task-types.ts"), "Task")) names("Install and use", key);
    for (const key of membersOf(text("pkg-template/src/error.ts"), "ReelayError", /readonly (\w+):/g)) names("Errors", key);
    for (const key of membersOf(types, "Client", /^ {2}(\w+)\(/gm)) assert.ok(section("Install and use").includes(`\`${key}(`), key);
    const [, events] = types.match(/interface ClientEvent \{\n(?: {2}\/\*\*.*\n)? {2}type: ([^(;]*)/);
    for (const [, type] of events.matchAll(/"(\w+)"/g)) names("Events", type);
  });

  test("its links lead somewhere", () => {
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replaceAll(" ", "-"));
    for (const [, anchor] of readme.matchAll(/\]\(#([^)]*)\)/g)) assert.ok(headings.includes(anchor), `#${anchor}`);
  });

  test("tests of users are shown as they run in tests/consumers", () => {
    const folders = ["node", "vitest", "deno"].map((name) => `tests/consumers/testing-${name}`);
    const files = folders.map((folder) => readdirSync(at(folder)).filter((name) => name.startsWith("render")).map((name) => text(`${folder}/${name}`)).join("\n\n"));
    const shown = (file, heading) => {
      const [, section] = text(file).split(`\n${heading}`);
      return [...section.split(/^##+ /m)[0].matchAll(/^```(?:java|type)script\n([^]*?)^```$/gm)].map(([, code]) => code);
    };
    const blocks = { "README.md": shown("README.md", "### Twenty minutes in no time"), "pkg-template/README.md": shown("pkg-template/README.md", "## Testing") };
    assert.deepEqual(Object.values(blocks).map(({ length }) => length), [3, 1]);
    for (const [file, codes] of Object.entries(blocks)) {
      for (const [index, code] of codes.entries()) {
        // Parts between blank lines may be left out, none may differ.
        for (const part of code.trimEnd().split("\n\n")) assert.ok(files[index].includes(part), `${file}: not in ${folders[index]}: ${part}`);
      }
    }
    for (const folder of folders) assert.ok(text("README.md").includes(`](${folder})`), folder);
  });
});

describe("examples", { concurrency: 2 }, () => {
  for (const file of Object.keys(readmes)) {
    test(`the first of ${file} goes from query to a file`, async (t) => {
      const server = await serve({
        apiKey: "sk-readme",
        tasks: { video_123: [{ status: "queued" }, { status: "running", progress: 0.5 }, { status: "succeeded" }] },
      });
      t.after(() => server.close());
      // As a reader would put their own relay in place of the placeholder; the id and the variable of the key are the example's.
      const [example] = examples(text(file));
      assert.equal(example.split("https://relay.example").length, 2);
      const name = file.replaceAll("/", "-").replace(".md", "");
      const code = example.replace("https://relay.example", server.url).replace("video.mp4", `${name}.mp4`);
      const sample = readFileSync(at("pkg/assets/sample.mp4"));
      assert.deepEqual(await run(`${name}.mjs`, code, { RELAY_KEY: "sk-readme" }), [
        "queued 0",
        "running 0.5",
        "succeeded 1",
        `${sample.length} bytes`,
      ]);
      assert.ok(readFileSync(join(folder, `${name}.mp4`)).equals(sample));
      assert.ok(server.requests.every(({ key, status }) => key && status === 200));
    });
  }

  test("those of the testing section run as they stand", async () => {
    const [memory, port] = examples(text("README.md").split("## Testing your own code")[1]);
    const [, promised] = memory.match(/\/\/ (succeeded .*)$/m);
    assert.deepEqual(await run("memory.mjs", memory), [promised]);
    assert.match((await run("port.mjs", port))[0], /^http:\/\/127\.0\.0\.1:\d+ http:\/\/127\.0\.0\.1:\d+$/);
  });
});
