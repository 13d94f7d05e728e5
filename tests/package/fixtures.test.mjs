// Every recorded body, over HTTP through query() and by hand through readTask(): both say what its expected file says.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { createClient, readTask, readTasks } from "../../pkg/dist/index.mjs";
import { relay, reply } from "./lib/relay.mjs";

const root = new URL("../fixtures/", import.meta.url);
const types = { json: "application/json", html: "text/html", txt: "text/plain" };

/** By the sheet: 200, unless the name holds `error-<status>` or ends in `-<status>`. */
const statusOf = (name) =>
  Number(/^http-(\d{3})-/.exec(name)?.[1] ?? /error-(\d{3})/.exec(name)?.[1] ?? /-(\d{3})$/.exec(name)?.[1] ?? 200);

const fixtures = readdirSync(root).flatMap((folder) =>
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
    assert.deepEqual([word, progress, videoUrl], [expected.status, expected.progress, expected.videoUrl]);
    assert.equal(outputs[0]?.url ?? null, videoUrl);
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
  const folders = fixtures.map(({ folder }) => folder);
  for (const folder of ["errors", "newapi-generations", "openai-videos", "unified-video"]) {
    assert.ok(folders.filter((name) => name === folder).length >= 10, folder);
  }
});

describe("fixtures", { concurrency: true }, () => {
  for (const fixture of fixtures) {
    const { folder, name, kind, text, status } = fixture;
    const format = folder === "errors" ? "openai-videos" : folder;
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

  const lists = fixtures.filter(({ expected }) => expected.items);
  for (const { folder, name, text, expected } of lists) {
    test(`${folder}/${name} as a list`, async () => {
      const tasks = await readTasks(JSON.parse(text));
      assert.deepEqual(
        tasks.map(({ id, status, progress, videoUrl }) => ({ id, status, progress, videoUrl })),
        expected.items.map(({ id, status, progress, videoUrl }) => ({ id, status, progress, videoUrl })),
      );
    });
  }
  test("there is a list among them", () => assert.ok(lists.length > 0));
});
