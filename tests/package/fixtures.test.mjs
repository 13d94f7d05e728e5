// Every recorded body, over HTTP through query() and by hand through readTask(): both say what its expected file says.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { createClient, readTask, readTasks } from "../../pkg/dist/index.mjs";
import { relay, reply } from "./lib/relay.mjs";

const root = new URL("../fixtures/", import.meta.url);
const types = { json: "application/json", html: "text/html", txt: "text/plain" };

/** By the sheets: 200, unless the name holds `error-<status>` or `.http<status>`, or ends in `-<status>`. */
const statusOf = (name) =>
  Number(/\.http(\d{3})$/.exec(name)?.[1] ?? /^http-(\d{3})-/.exec(name)?.[1] ?? /error-(\d{3})/.exec(name)?.[1] ?? /-(\d{3})$/.exec(name)?.[1] ?? 200);

/** A conversation is no task that could be asked about: sora-chat.test.mjs reads those. */
const folders = readdirSync(root).filter((folder) => folder !== "sora-chat");

const fixtures = folders.flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, root))
    .filter((file) => !file.endsWith(".expected.json") && !file.endsWith(".http.json"))
    .map((file) => {
      const [, name, kind] = /^(.*)\.(\w+)$/.exec(file);
      const text = readFileSync(new URL(`${folder}/${file}`, root), "utf8");
      const expected = JSON.parse(readFileSync(new URL(`${folder}/${name}.expected.json`, root), "utf8"));
      return { folder, name, kind, text, expected, status: statusOf(name) };
    }),
);

const reasonOf = ({ errorCode, errorMessage }) =>
  errorCode === null && errorMessage === null ? null : { code: errorCode, message: errorMessage };

/** Either a task as expected, or the error that stands for an `unknown`. */
async function check(call, { expected, status }) {
  const outcome = await call.then(
    (task) => ({ task }),
    (error) => ({ error }),
  );
  if (outcome.task) {
    const { status: word, progress, videoUrl, outputs, error } = outcome.task;
    assert.deepEqual([word, progress], [expected.status, expected.progress]);
    // The relays' sheets name one video; the vendors' list all outputs.
    if (expected.outputs) assert.deepEqual(outputs, expected.outputs);
    else assert.deepEqual([outputs[0]?.url ?? null, videoUrl], [expected.videoUrl, expected.videoUrl]);
    assert.equal(videoUrl, outputs.find(({ kind }) => kind === "video")?.url ?? null);
    if (["failed", "expired"].includes(word)) assert.deepEqual(error, { code: expected.errorCode, message: expected.errorMessage });
    else assert.equal(error, null);
    return outcome.task;
  }
  assert.equal(outcome.error.name, "ReelayError", outcome.error.stack);
  assert.equal(expected.status, "unknown", outcome.error.message);
  assert.deepEqual(outcome.error.server ?? null, reasonOf(expected));
  assert.equal(outcome.error.httpStatus, status);
  return null;
}

test("there are fixtures of each folder", () => {
  for (const folder of folders) assert.ok(fixtures.filter((fixture) => fixture.folder === folder).length >= 8, folder);
  assert.ok(folders.length >= 13);
});

describe("fixtures", { concurrency: true }, () => {
  // A create answer that is nothing but a name is read as a task that runs: only its call tells it from a query's.
  const single = fixtures.filter(({ name, expected }) => !Array.isArray(expected) && name !== "submit_name");
  for (const fixture of single) {
    const { folder, name, kind, text, status, expected } = fixture;
    const format = folder === "errors" ? "openai-videos" : expected.format;
    test(`${folder}/${name}`, async (t) => {
      const { url } = await relay(t, () => reply(status, { "content-type": types[kind] }, text));
      const asked = await check(createClient({ baseUrl: url, format, retries: 0 }).query("asked-id"), fixture);
      if (asked) {
        assert.deepEqual([asked.id, asked.ref], ["asked-id", { id: "asked-id", format, baseUrl: url }]);
        assert.deepEqual(asked.raw, JSON.parse(text));
      }
      const bodies = kind === "json" ? [JSON.parse(text), text] : [text];
      for (const body of bodies) {
        const read = await check(readTask(body, { httpStatus: status, format, id: "asked-id", baseUrl: url }), fixture);
        assert.deepEqual(read, asked);
      }
    });
  }

  const lists = fixtures.flatMap(({ expected, ...fixture }) => {
    const items = Array.isArray(expected) ? expected : expected.items;
    return items ? [{ ...fixture, items, format: items[0].format }] : [];
  });
  for (const { folder, name, text, items, format } of lists) {
    test(`${folder}/${name} as a list`, async () => {
      const tasks = await readTasks(JSON.parse(text), format ? { format } : {});
      assert.deepEqual(
        tasks.map(({ id, status, progress, videoUrl }) => ({ id, status, progress, videoUrl })),
        items.map(({ id, status, progress, videoUrl = null }) => ({ id, status, progress, videoUrl })),
      );
    });
  }
  test("there is a list among them", () => assert.ok(lists.length > 0));
});
