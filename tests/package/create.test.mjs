// create(): what goes over the wire, and that it goes once.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, isReelayError } from "../../pkg/dist/index.mjs";
import { failure, thrown, within } from "./lib/outcome.mjs";
import { html, json, redirect, relay, reply, silence, steps, task } from "./lib/relay.mjs";

const KEY = "sk-create-very-secret-41";
const made = json(task("queued"));
const ask = { model: "m", prompt: 'a "cat"\n' };
const PNG = Buffer.from("89504e470d0a1a0a00ff", "hex");
const png = () => new Blob([PNG], { type: "image/png" });
const dataUrl = `data:image/png;base64,${PNG.toString("base64")}`;

/** A relay that keeps the body of every request, parsed where it is JSON, as a form where it is one. */
async function keeping(t, answer = () => made) {
  const bodies = [];
  const served = await relay(t, async (exchange) => {
    const chunks = [];
    for await (const chunk of exchange.request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const type = exchange.headers["content-type"] ?? "";
    if (type.startsWith("multipart/")) bodies.push(await new Response(bytes, { headers: { "content-type": type } }).formData());
    else bodies.push(bytes.length ? JSON.parse(bytes) : null);
    return answer(exchange);
  });
  return { ...served, bodies };
}

describe("create()", { concurrency: true }, () => {
  test("sends JSON, with the key, and gives a task to go on with", async (t) => {
    const { url, bodies, requests } = await keeping(t);
    const client = createClient({ baseUrl: url, apiKey: KEY, format: "openai-videos", headers: { "x-own": "1" } });
    const { ref, status, raw } = await client.create({ ...ask, seconds: 8, size: "1280x720" });
    assert.deepEqual([ref, status, raw.object], [{ id: "a", format: "openai-videos", baseUrl: url }, "queued", "video"]);
    assert.deepEqual(bodies, [{ ...ask, seconds: "8", size: "1280x720" }]);
    const { headers, request, path } = requests[0];
    assert.deepEqual([request.method, path, headers.authorization, headers["content-type"], headers["x-own"]],
      ["POST", "/v1/videos", `Bearer ${KEY}`, "application/json", "1"]);
  });

  test("auto creates as openai-videos", async (t) => {
    const { url, requests } = await keeping(t);
    const { ref } = await createClient({ baseUrl: url }).create(ask);
    assert.deepEqual([requests[0].path, ref.format], ["/v1/videos", "openai-videos"]);
  });

  for (const [what, image] of [["a file", png()], ["a data: URL", dataUrl], ["a Blob without a type", new Blob([PNG])],
    ["a percent-encoded data: URL", `data:image/png,${[...PNG].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")}`]]) {
    test(`openai-videos sends ${what} as a form`, async (t) => {
      const { url, bodies, requests } = await keeping(t);
      await createClient({ baseUrl: url, format: "openai-videos" }).create({
        ...ask, images: [image], seconds: 4, extra: { watermark: false, metadata: { a: [1] }, note: undefined, seconds: "12" },
      });
      assert.match(requests[0].headers["content-type"], /^multipart\/form-data; boundary=/);
      const file = bodies[0].get("input_reference");
      assert.deepEqual([file.type, file.name, Buffer.from(await file.arrayBuffer())], ["image/png", "file.png", PNG]);
      bodies[0].delete("input_reference");
      // A form's line breaks are CRLF.
      const fields = Object.fromEntries([...bodies[0]].map(([name, value]) => [name, value.replace("\r\n", "\n")]));
      assert.deepEqual(fields, { model: "m", prompt: ask.prompt, seconds: "12", watermark: "false", metadata: '{"a":[1]}' });
    });
  }

  test("a file keeps its own name; an address goes as JSON", async (t) => {
    const { url, bodies } = await keeping(t);
    const client = createClient({ baseUrl: url, format: "openai-videos" });
    await client.create({ ...ask, images: [new File([PNG], "cat.png", { type: "image/png" })] });
    await client.create({ ...ask, images: ["https://x.example/a.png"] });
    assert.equal(bodies[0].get("input_reference").name, "cat.png");
    assert.deepEqual(bodies[1].input_reference, { image_url: "https://x.example/a.png" });
  });

  const base64 = PNG.toString("base64");
  for (const [format, more, path, body, answer, kind] of [
    ["unified-video", { images: [png()] }, "/v1/video/create", { ...ask, images: [dataUrl] }, { id: "a", status: "pending" }],
    ["newapi-generations", { images: [dataUrl] }, "/v1/video/generations", { ...ask, image: dataUrl, metadata: {} }, { task_id: "a" }],
    ["kling", { images: [png(), "https://x.example/b.png"], seconds: 5 }, "/kling/v1/videos/image2video",
      { model_name: "m", prompt: ask.prompt, image: base64, image_tail: "https://x.example/b.png", duration: "5" },
      { code: 0, data: { task_id: "a", task_status: "submitted" } }, "image2video"],
    ["wan", { images: [png()], size: "832x480" }, "/alibailian/api/v1/services/aigc/video-generation/video-synthesis",
      { model: "m", input: { prompt: ask.prompt, img_url: dataUrl }, parameters: { size: "832*480" } },
      { output: { task_id: "a", task_status: "PENDING" } }],
    ["minimax", { images: [png()], seconds: 6 }, "/minimax/v1/video_generation", { ...ask, first_frame_image: dataUrl, duration: 6 },
      { task_id: "a", base_resp: { status_code: 0 } }],
    ["vidu", { images: [png()] }, "/vidu/ent/v2/img2video", { ...ask, images: [dataUrl] }, { task_id: "a", state: "created" }],
    ["doubao", { images: [png()] }, "/volc/v1/contents/generations/tasks",
      { model: "m", content: [{ type: "text", text: ask.prompt }, { type: "image_url", image_url: { url: dataUrl }, role: "first_frame" }] },
      { id: "a" }],
    ["veo-native", { images: [png()], seconds: 8 }, "/v1beta/models/m:predictLongRunning",
      { instances: [{ prompt: ask.prompt, image: { bytesBase64Encoded: base64, mimeType: "image/png" } }], parameters: { durationSeconds: 8 } },
      { name: "a/operations/b" }],
    ["suno", {}, "/suno/submit/music", { gpt_description_prompt: ask.prompt, mv: "m" }, { code: "success", data: "a" }],
    ["midjourney", { images: [png()], aspectRatio: "16:9" }, "/mj/submit/imagine",
      { prompt: `${ask.prompt} --ar 16:9`, base64Array: [dataUrl], botType: "MID_JOURNEY" }, { code: 1, description: "ok", result: "a" }],
    ["jimeng", { images: [png()], seconds: 5 }, "/jimeng/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31",
      { req_key: "m", prompt: ask.prompt, binary_data_base64: [base64], frames: 121 }, { code: 10000, data: { task_id: "a" } }, "m"],
    ["luma", { images: [png()] }, "/luma/generations", { user_prompt: ask.prompt, model: "m", image_url: dataUrl }, { id: "a", state: "pending" }],
    ["runway", { images: [png()], size: "1280x720" }, "/runwayml/v1/image_to_video",
      { model: "m", promptText: ask.prompt, promptImage: dataUrl, ratio: "1280:720" }, { id: "a" }],
    ["replicate", { model: "a/b", seconds: 5, extra: { input: { image: dataUrl } } }, "/replicate/v1/models/a/b/predictions",
      { input: { prompt: ask.prompt, duration: 5, image: dataUrl } }, { id: "a", status: "starting" }],
  ]) {
    test(`${format} on the wire`, async (t) => {
      const { url, bodies, requests } = await keeping(t, () => json(answer));
      const { id, ref, raw } = await createClient({ baseUrl: url, format }).create({ ...ask, ...more });
      assert.deepEqual([requests[0].request.url, bodies], [path, [body]]);
      assert.deepEqual([id[0], ref.format, ref.kind, raw], ["a", format, kind, answer]);
      assert.equal(requests[0].headers["x-dashscope-async"], format === "wan" ? "enable" : undefined);
      assert.equal(requests[0].headers["x-runway-version"], format === "runway" ? "2024-11-06" : undefined);
    });
  }

  test("extra goes over the rest: deep, whole lists, and undefined takes away", async (t) => {
    const { url, bodies } = await keeping(t, () => json({ output: { task_id: "a", task_status: "PENDING" } }));
    const extra = { input: { negative_prompt: "n", list: [{ a: 1 }] }, parameters: { seed: 7, duration: 3, size: undefined }, model: "other" };
    await createClient({ baseUrl: url, format: "wan" }).create({ ...ask, seconds: 5, size: "1x1", extra });
    assert.deepEqual(bodies[0], {
      model: "other", input: { prompt: ask.prompt, negative_prompt: "n", list: [{ a: 1 }] }, parameters: { duration: 3, seed: 7 },
    });
  });

  test("the caller's object is read once, before anything is awaited", async (t) => {
    const { url, bodies } = await keeping(t);
    const extra = { deep: { a: 1 } };
    const reads = {};
    const request = new Proxy({ ...ask, extra }, { get: (of, name) => ((reads[name] = (reads[name] ?? 0) + 1), of[name]) });
    const creating = createClient({ baseUrl: url }).create(request);
    extra.deep.a = 2;
    await creating;
    assert.equal(bodies[0].deep.a, 1);
    assert.ok(Object.values(reads).every((times) => times === 1), JSON.stringify(reads));
  });

  test("bad input is refused before any request, with the way out", async (t) => {
    const { url, requests } = await keeping(t);
    const loop = {};
    loop.loop = loop;
    const client = createClient({ baseUrl: url, format: "kling" });
    for (const [request, says] of [
      [undefined, /argument/], [null, /argument/], [{}, /model/], [{ model: "m" }, /prompt/], [{ ...ask, prompt: "" }, /prompt/],
      [{ ...ask, seconds: 99 }, /seconds must be 3-15/], [{ ...ask, seconds: "5" }, /seconds/], [{ ...ask, seconds: Number.NaN }, /seconds/],
      [{ ...ask, aspectRatio: "5:4" }, /aspectRatio must be one of 16:9, 9:16, 1:1/], [{ ...ask, size: "720p" }, /size/],
      [{ ...ask, kind: "x" }, /kind must be one of text2video/], [{ ...ask, images: "https://x.example/a.png" }, /images/],
      [{ ...ask, images: ["data:image/png;base64,%"] }, /images\[0\]/], [{ ...ask, images: [{}] }, /images\[0\]/],
      [{ ...ask, extra: [] }, /extra/], [{ ...ask, extra: loop }, /argument/], [{ ...ask, extra: { n: 1n } }, /argument/],
      [{ get model() { throw new Error("no"); } }, /argument/],
    ]) {
      const error = await failure(client.create(request), "invalid_argument");
      assert.match(error.message, says);
    }
    assert.match((await failure(client.create({ ...ask, seconds: 99 }), "invalid_argument")).hint, /extra/);
    assert.equal(requests.length, 0);
  });

  test("a file that cannot be read is the caller's mistake", async (t) => {
    const { url, requests } = await keeping(t);
    const broken = png();
    broken.arrayBuffer = () => Promise.reject(new Error("gone"));
    for (const [format, image] of [["vidu", broken]]) {
      const error = await failure(createClient({ baseUrl: url, format }).create({ ...ask, images: [image] }), "invalid_argument");
      assert.match(error.message, /cannot be read/);
    }
    assert.equal(requests.length, 0);
  });

  for (const [what, answer, code] of [
    ["500", () => json({}, 500, { "x-should-retry": "true", "retry-after-ms": "1" }), "server"],
    ["a gateway's page", () => html(504), "server"],
    ["a web page with 200", () => html(), "unexpected_response"],
    ["no JSON", () => reply(200, { "content-type": "application/json" }, "{"), "unexpected_response"],
    ["no answer in time", silence, "timeout"],
    ["a reset", ({ response }) => void response.socket.resetAndDestroy(), "network"],
    ["a cut body", ({ response }) => void response.writeHead(200, { "content-length": 100 }).write("{", () => response.socket.destroy()), "network"],
  ]) {
    test(`is never sent again after ${what}`, async (t) => {
      const { url, requests } = await keeping(t, answer);
      const client = createClient({ baseUrl: url, apiKey: KEY, format: "vidu", timeoutMs: answer === silence ? 2_000 : 20_000 });
      const error = await failure(client.create({ ...ask, images: [png()] }), code);
      assert.equal(requests.length, 1);
      assert.match(error.message, /may have been made/);
      assert.match(error.hint, /list of tasks, or at the balance/);
      assert.ok(!JSON.stringify([error, error.message, String(error.stack), String(error.cause)]).includes(KEY));
    });
  }

  test("a refusal that quotes the key does not show it", async (t) => {
    const { url } = await keeping(t, () => json({ error: { message: `bad key ${KEY}` } }, 400));
    const error = await failure(createClient({ baseUrl: url, apiKey: KEY }).create(ask), "rejected");
    assert.ok(!JSON.stringify([error, error.message, error.server, String(error.stack)]).includes(KEY));
    assert.ok(!error.message.includes("may have been made"));
  });

  test("is sent again after 429, the same bytes", async (t) => {
    const { url, bodies } = await keeping(t, steps(json({}, 429, { "retry-after-ms": "1" }), json({}, 429, { "retry-after-ms": "1" }), made));
    await createClient({ baseUrl: url }).create({ ...ask, images: [png()] });
    assert.equal(bodies.length, 3);
    const sizes = await Promise.all(bodies.map(async (form) => (await form.get("input_reference").arrayBuffer()).byteLength));
    assert.deepEqual(sizes, [PNG.length, PNG.length, PNG.length]);
  });

  test("goes on to the prefix that is served, and remembers it", async (t) => {
    const served = ({ path }) => (path.startsWith("/ent/") ? json({ task_id: "a", state: "created" }) : json({}, 404));
    const { url, requests } = await keeping(t, served);
    const client = createClient({ baseUrl: url, format: "vidu" });
    await client.create(ask);
    await client.query("a");
    await client.create(ask);
    assert.deepEqual(requests.map(({ path }) => path),
      ["/vidu/ent/v2/text2video", "/ent/v2/text2video", "/ent/v2/tasks/a/creations", "/ent/v2/text2video"]);
  });

  test("a redirect is not followed", async (t) => {
    const elsewhere = await keeping(t);
    const { url, requests } = await keeping(t, () => redirect(`${elsewhere.url}/v1/videos`, 307));
    await failure(createClient({ baseUrl: url, apiKey: KEY }).create(ask), "unexpected_response");
    assert.deepEqual([requests.length, elsewhere.requests.length], [1, 0]);
  });

  test("an abort ends it wherever it is, with the caller's reason", async (t) => {
    const { url, requests, idle } = await keeping(t, silence);
    const reason = { mine: true };
    const client = createClient({ baseUrl: url, format: "vidu", limits: { concurrent: 1 } });
    assert.equal(await thrown(client.create(ask, { signal: AbortSignal.abort(reason) })), reason);
    // While a file is read that never comes.
    const hung = png();
    let reading;
    const begun = new Promise((resolve) => (reading = resolve));
    hung.arrayBuffer = () => (reading(), new Promise(() => {}));
    const first = new AbortController();
    const reads = thrown(client.create({ ...ask, images: [hung] }, { signal: first.signal }));
    await begun;
    first.abort(reason);
    assert.equal(await reads, reason);
    assert.equal(requests.length, 0);
    // While it waits for an answer, and one behind it for a place.
    const second = new AbortController();
    const [sent, queued] = [client.create(ask, { signal: second.signal }), client.create(ask, { signal: second.signal })].map((call) => thrown(call));
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    second.abort(reason);
    assert.deepEqual([await sent, await queued], [reason, reason]);
    await idle();
    assert.equal(requests.length, 1);
    // During the pause after a 429.
    const busy = await keeping(t, () => json({}, 429, { "retry-after": "30" }));
    const third = new AbortController();
    const pausing = thrown(createClient({ baseUrl: busy.url, onEvent: ({ type }) => type === "retry" && third.abort(reason) }).create(ask, { signal: third.signal }));
    assert.equal(await within(pausing), reason);
    await failure(client.create(ask, { signal: 7 }), "invalid_argument");
  });

  test("tells its requests and retries as events", async (t) => {
    const { url } = await keeping(t, steps(json({}, 429, { "retry-after-ms": "1" }), made));
    const events = [];
    await createClient({ baseUrl: url, apiKey: KEY, onEvent: (event) => events.push(event) }).create(ask);
    assert.deepEqual(events.map(({ type }) => type), ["request", "response", "retry", "request", "response"]);
    assert.equal(events[0].method, "POST");
    assert.ok(!JSON.stringify(events).includes(KEY));
  });

  test("the caller's own fetch gets the body", async () => {
    const seen = [];
    const fetch = async (url, init) => {
      seen.push([url, init.method, typeof init.body === "string" ? JSON.parse(init.body) : [...init.body.keys()], init.redirect]);
      return Response.json(task("queued"));
    };
    const client = createClient({ baseUrl: "https://relay.example", fetch });
    await client.create(ask);
    await client.create({ ...ask, images: [png()] });
    assert.deepEqual(seen, [
      ["https://relay.example/v1/videos", "POST", ask, "manual"],
      ["https://relay.example/v1/videos", "POST", ["model", "prompt", "input_reference"], "manual"],
    ]);
  });
});

describe("client.videos", { concurrency: true }, () => {
  const on = async (t, answer) => {
    const served = await keeping(t, answer);
    return { ...served, client: createClient({ baseUrl: served.url, apiKey: KEY }) };
  };

  test("remix, edit and extend give tasks", async (t) => {
    const { client, url, bodies, requests } = await on(t);
    const ref = { id: "v/1", format: "openai-videos", baseUrl: url };
    const { ref: first } = await client.videos.remix("v/1", { prompt: "p", extra: { size: "1280x720" } });
    await client.videos.edit({ video: ref, prompt: "p" });
    await client.videos.extend({ video: { ...(await client.query("a")), ref }, prompt: "p", seconds: 4 });
    await client.videos.edit({ video: new Blob(["x"], { type: "video/mp4" }), prompt: "p" });
    const posts = requests.filter(({ request }) => request.method === "POST");
    assert.deepEqual(posts.map(({ request }) => request.url), ["/v1/videos/v%2F1/remix", "/v1/videos/edits", "/v1/videos/extensions", "/v1/videos/edits"]);
    assert.deepEqual(bodies.filter((body) => body !== null).slice(0, 3), [
      { prompt: "p", size: "1280x720" }, { video: { id: "v/1" }, prompt: "p" }, { video: { id: "v/1" }, prompt: "p", seconds: "4" },
    ]);
    const file = bodies.at(-1).get("video");
    assert.deepEqual([first.id, file.type, file.name, await file.text()], ["a", "video/mp4", "file.mp4", "x"]);
  });

  test("characters are made and asked for", async (t) => {
    const { client, bodies, requests } = await on(t, () => json({ id: "char_1", name: "cat", created_at: 1700000000 }));
    const video = new Blob(["x"], { type: "video/mp4" });
    const character = await client.videos.createCharacter({ name: "cat", video });
    assert.deepEqual(character, await client.videos.getCharacter("char_1"));
    assert.deepEqual([character.id, character.name, character.createdAt], ["char_1", "cat", 1700000000000]);
    assert.deepEqual([bodies[0].get("name"), bodies[0].get("video").type], ["cat", "video/mp4"]);
    assert.deepEqual(requests.map(({ path }) => path), ["/v1/videos/characters", "/v1/videos/characters/char_1"]);
  });

  test("list gives a page of tasks", async (t) => {
    const data = [task("completed", { id: "v1" }), task("queued", { id: "v2" })];
    const { client, url, requests } = await on(t, ({ nth }) => json(nth === 1 ? { object: "list", data, has_more: true, last_id: "v2" } : { object: "list", data: [] }));
    const { tasks, hasMore, lastId } = await client.videos.list({ limit: 2, order: "desc", after: "v 0" });
    assert.deepEqual(tasks.map(({ ref, status }) => [ref.id, ref.baseUrl, status]), [["v1", url, "succeeded"], ["v2", url, "queued"]]);
    assert.deepEqual([hasMore, lastId, requests[0].request.url], [true, "v2", "/v1/videos?limit=2&order=desc&after=v%200"]);
    assert.deepEqual(await client.videos.list(), { tasks: [], hasMore: false, lastId: null });
  });

  test("remove is repeated, and gone is gone", async (t) => {
    const { client, requests } = await on(t, steps(json({}, 503, { "retry-after-ms": "1" }), json({ error: { message: "no" } }, 404)));
    assert.deepEqual(await client.videos.remove("v1"), { id: "v1", deleted: true });
    assert.deepEqual(requests.map(({ request }) => request.method), ["DELETE", "DELETE"]);
    await failure(client.videos.remove("v1"), "not_found");
  });

  test("what makes something is sent once", async (t) => {
    const { client, requests } = await on(t, () => json({}, 502));
    const video = new Blob(["x"]);
    for (const call of [
      () => client.videos.remix("v", { prompt: "p" }), () => client.videos.edit({ video, prompt: "p" }),
      () => client.videos.extend({ video: "v", prompt: "p" }), () => client.videos.createCharacter({ name: "n", video }),
    ]) {
      requests.length = 0;
      assert.match((await failure(call(), "server")).message, /may have been made/);
      assert.equal(requests.length, 1);
    }
  });

  test("bad input, another relay and another format are refused before any request", async (t) => {
    const { client, url, requests } = await on(t);
    const other = { id: "v", format: "openai-videos", baseUrl: "https://other.example" };
    const kling = createClient({ baseUrl: url, format: "kling" });
    for (const call of [
      () => client.videos.remix("v", {}), () => client.videos.remix("v"), () => client.videos.remix(undefined, { prompt: "p" }),
      () => client.videos.remix(other, { prompt: "p" }), () => client.videos.edit({ prompt: "p" }), () => client.videos.edit(),
      () => client.videos.extend({ video: "v", prompt: "p", seconds: 5 }), () => client.videos.createCharacter({ name: "n" }),
      () => client.videos.createCharacter({ video: png() }), () => client.videos.getCharacter(), () => client.videos.getCharacter(".."),
      () => client.videos.list({ limit: 101 }), () => client.videos.list({ order: "up" }), () => client.videos.remove("a\0b"),
      () => kling.videos.list(), () => kling.videos.remix("v", { prompt: "p" }),
    ]) {
      const error = await thrown(call());
      assert.ok(isReelayError(error) && error.code === "invalid_argument", String(error));
    }
    assert.equal(requests.length, 0);
  });
});
