// A relay that gives the key back, in whatever spelling and place: it is shown nowhere.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { createClient, isReelayError, parseTaskRef } from "../../pkg/dist/index.mjs";
import { collect, failure, thrown } from "./lib/outcome.mjs";
import { json, redirect, relay, reply, task } from "./lib/relay.mjs";
import { mp4, video } from "./lib/video.mjs";

const KEY = 'sk-Zq7+very/secret.93"x\\y~~?';
const format = "openai-videos";
const poll = { minMs: 1, maxMs: 2 };

const base64 = (text) => Buffer.from(text, "latin1").toString("base64");
const percent = (text, lower = false) =>
  Buffer.from(text, "latin1").reduce((all, byte) => `${all}%${lower ? byte.toString(16) : byte.toString(16).toUpperCase()}`, "");

/** The key as a relay may spell it, and what must then show nowhere. */
const spellings = {
  "as it is": [KEY],
  "in capitals": [KEY.toUpperCase()],
  "percent-encoded": [encodeURIComponent(KEY)],
  "percent-encoded throughout": [percent(KEY)],
  "percent-encoded in small letters": [percent(KEY, true)],
  "percent-encoded twice": [encodeURIComponent(encodeURIComponent(KEY))],
  "as JSON in text": [JSON.stringify(KEY).slice(1, -1)],
  "as JSON with escaped slashes": [JSON.stringify(KEY).slice(1, -1).replaceAll("/", "\\/")],
  "as HTML": [KEY.replaceAll('"', "&#34;").replaceAll("/", "&#x2f;")],
  "in base64": [base64(KEY), base64(KEY).slice(0, -4)],
  "in base64 behind one byte": [base64(`:${KEY}`), base64(`:${KEY}`).slice(2, -4)],
  "in base64 behind two": [base64(`u:${KEY}`), base64(`u:${KEY}`).slice(3, -4)],
  "in base64 with its scheme": [base64(`Bearer ${KEY}`), base64(`Bearer ${KEY}`).slice(12, -4)],
  "in base64 for URLs": [Buffer.from(KEY, "latin1").toString("base64url"), Buffer.from(KEY, "latin1").toString("base64url").slice(0, -4)],
};

/** What any log, tracker, clone or store would keep of a value. */
function shown(value) {
  const texts = [];
  for (let at = value, depth = 0; at !== undefined && at !== null && depth < 6; at = at?.cause, depth++) {
    texts.push(String(at), inspect(at, { depth: 12, showHidden: false }), JSON.stringify(at) ?? "");
    if (at instanceof Error) {
      texts.push(at.message, at.stack, inspect(structuredClone(at), { depth: 12 }));
      const { raw, outputs, videoUrl, model, ...rest } = at.task ?? {};
      texts.push(JSON.stringify(rest));
    }
  }
  return texts.join("\n");
}

function assertHidden(values, secrets) {
  for (const value of values) {
    const text = shown(value);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} shows in:\n${text.slice(0, 2000)}`);
  }
}

async function failuresOf(client) {
  const wait = { poll, failures: 0 };
  const ends = await Promise.allSettled([
    client.query("a"),
    client.wait("a", wait),
    client.step("a", null, wait),
    client.download("a", { wait }).bytes(),
    collect(client.watch("a", wait)),
  ]);
  const all = await collect(client.all(["a"], wait));
  return [...ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : [])), ...all.flatMap(({ error }) => error ?? [])];
}

describe("a relay that gives the key back", { concurrency: true }, () => {
  for (const [how, secrets] of Object.entries(spellings)) {
    const [echo] = secrets;
    test(`${how}: hidden in every error`, async (t) => {
      for (const [status, body, headers] of [
        [401, { error: { message: `bad key <${echo}>`, code: `c-${echo}` } }, {}],
        [400, { detail: echo }, { "x-request-id": encodeURIComponent(echo) === echo ? echo : "r" }],
        [500, { error: JSON.stringify({ error: { message: `upstream: ${echo}.` } }) }, {}],
        [200, { id: "a", status: "failed", error: { code: echo, message: `provider refused ${echo}` } }, {}],
      ]) {
        const events = [];
        const { url } = await relay(t, () => json(body, status, headers));
        const client = createClient({ baseUrl: url, format, retries: 0, apiKey: KEY, onEvent: (event) => events.push(event) });
        const errors = await failuresOf(client);
        assert.ok(errors.length > 1 && errors.every(isReelayError));
        assertHidden([...errors, events], secrets);
      }
    });

    test(`${how}: hidden where fetch throws it`, async () => {
      const fetch = () => Promise.reject(Object.assign(new TypeError(`no answer from ${echo}`), { request: { url: echo } }));
      const client = createClient({ baseUrl: "https://relay.example", format, retries: 0, apiKey: KEY, fetch });
      assertHidden(await failuresOf(client), secrets);
    });

    test(`${how}: hidden in events, and in the state of an error's task`, async (t) => {
      const events = [];
      const { url } = await relay(t, ({ nth }) => (nth === 1 ? json(task(`word ${echo}`)) : json({ error: { message: "no more" } }, 400)));
      const client = createClient({ baseUrl: url, format, apiKey: async () => KEY, onEvent: (event) => events.push(event) });
      const error = await failure(client.wait("a", { poll }), "rejected");
      assert.match(error.task.rawStatus, /^word /);
      assert.ok(events.some(({ type }) => type === "unknown_status"));
      assertHidden([error, events], secrets);
    });
  }

  test("in an address: no event and no error shows it", async (t) => {
    const events = [];
    const cdn = await relay(t, () => reply(403, {}, ""));
    for (const place of [`/${encodeURIComponent(KEY)}/v.mp4`, `/v.mp4?key=${encodeURIComponent(KEY)}`, `/v/${percent(KEY)}`]) {
      for (const answer of [json(task("completed", { video_url: cdn.url + place })), redirect(cdn.url + place)]) {
        const { url } = await relay(t, ({ path }) => (path.endsWith("/content") && answer.status === 200 ? reply(403, {}, "") : answer));
        const client = createClient({ baseUrl: url, format, retries: 0, apiKey: KEY, onEvent: (event) => events.push(event) });
        assertHidden(await failuresOf(client), [KEY, encodeURIComponent(KEY), percent(KEY)]);
      }
    }
    assert.ok(events.some(({ url }) => url.startsWith(cdn.url)));
    assertHidden([events], [KEY, encodeURIComponent(KEY), percent(KEY)]);
  });

  test("what is like the key is left alone", async (t) => {
    const said = "the secret of very 93 skies: c2Vjcg== %73%6b";
    const { url } = await relay(t, () => json({ error: { message: said } }, 400));
    assert.equal((await failure(createClient({ baseUrl: url, format, apiKey: KEY }).query("a"), "rejected")).server.message, said);
  });
});

test("the key shows in no object that a caller holds, however it is looked at", async (t) => {
  const { url } = await relay(t, ({ path }) => (path.endsWith("/content") ? mp4(video(1000)) : json(task("completed"))));
  for (const apiKey of [KEY, `Bearer ${KEY}`, () => KEY]) {
    const client = createClient({ baseUrl: url, format, apiKey, headers: { "x-plain": "1" } });
    const download = client.download("a");
    const stream = download.stream();
    const watching = client.watch("a");
    const iterator = watching[Symbol.asyncIterator]();
    const all = client.all(["a"]);
    const pending = [client.query("a"), iterator.next(), all[Symbol.asyncIterator]().next()];
    for (const held of [client, download, stream, watching, iterator, all, pending]) {
      for (const text of [
        inspect(held, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(held) ?? "",
        String(held),
        JSON.stringify(Object.getOwnPropertyDescriptors(held)),
      ]) {
        assert.ok(!text.includes(KEY) && !text.includes(KEY.slice(3, 12)), text.slice(0, 500));
      }
    }
    await Promise.all(pending);
    await iterator.return();
    await stream.cancel();
  }
});

test("an address that is quoted in escapes is cut as one that is not", async (t) => {
  const signature = "X-Sig=5c6a605a30c0";
  for (const quoted of [
    `https://cdn.example/v.mp4?${signature}`,
    `https:\\/\\/cdn.example\\/v.mp4?${signature}`,
    encodeURIComponent(`https://cdn.example/v.mp4?${signature}`),
    `https://proxy.example/to/${encodeURIComponent(`https://cdn.example/v.mp4?${signature}`)}`,
    `HTTPS://cdn.example/v.mp4#${signature}`,
  ]) {
    const secrets = [signature, encodeURIComponent(signature)];
    for (const body of [
      { error: { message: `no file at ${quoted} today`, code: quoted } },
      task("failed", { error: { message: quoted } }),
    ]) {
      const { url } = await relay(t, () => json(body, body.error.code ? 400 : 200));
      const error = await thrown(createClient({ baseUrl: url, format, apiKey: KEY }).wait("a", { poll }));
      assertHidden([error], secrets);
      assert.match(error.server.message, /cdn\.example/);
    }
    const { url } = await relay(t, ({ nth }) => (nth === 1 ? json(task(quoted)) : json({ error: { message: "no more" } }, 400)));
    const error = await failure(createClient({ baseUrl: url, format }).wait("a", { poll }), "rejected");
    assertHidden([error], secrets);
  }
});

test("nothing that a body says reaches a prototype", async (t) => {
  const hostile = `{"__proto__":{"polluted":1,"status":"completed"},"constructor":{"prototype":{"polluted":2}},"id":"a","status":"failed",
    "error":{"__proto__":{"polluted":3},"message":"m","code":"__proto__"},"data":{"__proto__":{"polluted":4}},
    "detail":{"constructor":{"prototype":{"polluted":5}}},"metadata":{"__proto__":{"__proto__":{"polluted":6}}},"model":"__proto__"}`;
  const words = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
  const { url } = await relay(t, ({ path }) =>
    path.endsWith("/h")
      ? reply(200, { "content-type": "application/json" }, hostile)
      : json(task(decodeURIComponent(path.split("/").at(-1)))),
  );
  const events = [];
  const client = createClient({ baseUrl: url, format, onEvent: (event) => events.push(event) });
  assert.equal((await failure(client.wait("h"), "task_failed")).task.raw.polluted, undefined);
  for (const word of words) {
    const error = await failure(client.wait(word, { timeoutMs: 1000, poll }), "wait_timeout");
    assert.equal(Object.getPrototypeOf(error.seen), Object.prototype);
    assert.deepEqual(Object.keys(error.seen), ["unknown"]);
    const { state } = await client.step(word, null);
    assert.equal((await client.step(word, JSON.parse(JSON.stringify(state)))).task.rawStatus, word);
  }
  const laden = JSON.parse(`{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"timeoutMs":1000}`);
  await client.step("a", null, laden);
  await client.query(JSON.parse(`{"__proto__":{"polluted":1},"id":"a","format":"${format}","baseUrl":"${url}"}`));
  createClient(JSON.parse(`{"baseUrl":"${url}","__proto__":{"apiKey":"x"},"limits":{"__proto__":{"concurrent":0}},"headers":{}}`));
  const ref = parseTaskRef(JSON.parse(`{"id":"__proto__","format":"${format}","baseUrl":"${url}","__proto__":{"polluted":1}}`));
  assert.deepEqual([Object.getPrototypeOf(ref), Object.keys(ref)], [Object.prototype, ["id", "format", "baseUrl"]]);
  assert.throws(() => parseTaskRef(JSON.parse(`{"__proto__":{"id":"a","format":"${format}","baseUrl":"${url}"}}`)), {
    code: "invalid_argument",
  });
  assert.equal({}.polluted, undefined);
  assert.equal(Object.prototype.apiKey, undefined);
  assert.ok(events.every((event) => Object.getPrototypeOf(event) === Object.prototype));
});
