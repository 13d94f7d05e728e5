// sora-chat: the answer to the one request is the clip. Read while it is given, cut anywhere, and never waited for without end.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { createClient, preload, readTask } from "../../pkg/dist/index.mjs";
import { collect, failure, pause, thrown, within } from "./lib/outcome.mjs";
import { html, json, relay, reply, silence, task } from "./lib/relay.mjs";
import { mp4, video } from "./lib/video.mjs";

const format = "sora-chat";
const KEY = "sk-Zq7very-secret-93x";
const clip = video(10_000);
const request = { model: "sora-2", prompt: "a cat" };
const id = "task_01k7dzptgwf2z87wj2c3t36qk0";
const film = "https://cdn.example/a.mp4";
const open = (url, more = {}) => createClient({ baseUrl: url, format, apiKey: KEY, ...more });
const chunk = (delta, more = {}) => `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1760339757, model: "sora-2", choices: [{ index: 0, delta, ...more }] })}\n\n`;
const says = (content) => chunk({ content });
const thinks = (text) => chunk({ content: null, reasoning_content: text });
const done = "data: [DONE]\n\n";
const stream = (text) => reply(200, { "content-type": "text/event-stream" }, text);
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

/** Begins a stream, and leaves it open. */
const begin = ({ response }, text) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(text);
};

await preload();

describe("the request", () => {
  const sent = async (t, body) => {
    let told;
    const { url } = await relay(t, async ({ request, path }) => {
      let text = "";
      for await (const piece of request) text += piece;
      told = { path, headers: request.headers, body: JSON.parse(text) };
      return stream(says(film) + done);
    });
    await open(url).create(body);
    return told;
  };

  test("is a conversation, streamed", async (t) => {
    const { path, headers, body } = await sent(t, request);
    assert.equal(path, "/v1/chat/completions");
    assert.equal(headers.authorization, `Bearer ${KEY}`);
    assert.match(headers.accept, /text\/event-stream/);
    assert.deepEqual(body, { model: "sora-2", messages: [{ role: "user", content: "a cat" }], stream: true });
  });

  test("takes images, and an earlier clip to go on from", async (t) => {
    const { body } = await sent(t, { ...request, images: ["https://a.example/1.png"], video: "https://a.example/0.mp4" });
    assert.deepEqual(body.messages[0].content, [
      { type: "text", text: "a cat" },
      { type: "image_url", image_url: { url: "https://a.example/1.png" } },
      { type: "video_url", video_url: { url: "https://a.example/0.mp4" } },
    ]);
  });

  test("goes on from a task that this client made", async (t) => {
    const bodies = [];
    const { url } = await relay(t, async ({ request }) => {
      let text = "";
      for await (const piece of request) text += piece;
      bodies.push(JSON.parse(text));
      return stream(says(film) + done);
    });
    const client = open(url);
    const first = await client.create(request);
    await client.create({ ...request, video: first });
    assert.deepEqual(bodies[1].messages[0].content.at(-1), { type: "video_url", video_url: { url: film } });
    const { videoUrl, outputs, ...bare } = first;
    await failure(client.create({ ...request, video: { ...bare, videoUrl: null, outputs: [] } }), "invalid_argument");
    assert.equal(bodies.length, 2);
  });

  test("has messages of the caller's own in their place", async (t) => {
    const messages = [{ role: "system", content: "s" }, { role: "user", content: "u" }];
    const { body } = await sent(t, { ...request, extra: { messages, seed: 7 } });
    assert.deepEqual(body, { model: "sora-2", messages, stream: true, seed: 7 });
  });
});

describe("the answer", () => {
  const folder = new URL("../fixtures/sora-chat/", import.meta.url);
  const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"));

  for (const name of names) {
    test(`${name}: as its expected file says`, async (t) => {
      const body = read(name);
      const expected = read(name.replace(".json", ".expected.json"));
      const same = (task) =>
        assert.deepEqual(
          { format: task.ref.format, id: expected.id === null ? null : task.id, status: task.status, progress: task.progress, videoUrl: task.videoUrl,
            errorCode: task.error?.code ?? null, errorMessage: task.error?.message ?? null },
          expected,
        );
      const given = body.sse ?? body;
      const text = typeof given === "string" ? given : JSON.stringify(given);
      const { url } = await relay(t, () => (body.sse ? stream(text) : json(given)));
      const client = open(url);
      if (expected.status === "unknown") {
        await failure(readTask(given), "unexpected_response");
        const error = await failure(client.create(request), "unexpected_response");
        assert.match(error.hint, /before you create it again/);
        assert.equal(error.server, null);
        return;
      }
      for (const options of [{}, { format }]) {
        const task = await readTask(given, options);
        assert.deepEqual(task.raw, given);
        same(task);
      }
      const task = await client.create(request);
      same(task);
      if (body.sse) assert.equal(task.raw, body.sse);
    });
  }

  test("may be cut at every byte, within characters too", async () => {
    const text = thinks("生成进度: 7%\n") + says("✨ 完成 <video src='https://a.example/视") + says("频.mp4?x=1'></video>") + "data: [DONE]\\n\\n";
    const bytes = new TextEncoder().encode(text);
    const whole = new Response(text).body;
    const seen = [];
    for (const body of [whole, ReadableStream.from(Array.from(bytes, (byte) => Uint8Array.of(byte)))]) {
      const fetch = async () => new Response(body, { headers: { "content-type": "text/event-stream" } });
      const { ref, ...task } = await open("https://relay.example", { fetch }).create(request);
      seen.push(task);
    }
    assert.equal(seen[0].videoUrl, "https://a.example/视频.mp4?x=1");
    assert.deepEqual(seen[1], seen[0]);
  });

  test("is told while it is given", async (t) => {
    const { url } = await relay(t, async (exchange) => {
      const parts = [": ping\n\n", thinks("生成进度: 7%\n"), thinks("still 7% \n"), says(`> ID: \`${id}\`\n`), says(">🏃 进度 7"), says("6.."), says(`\n${film}`)];
      begin(exchange, "");
      for (const part of parts) {
        exchange.response.write(part);
        await pause(15);
      }
      exchange.response.end(done);
    });
    const updates = [];
    const task = await open(url).create(request, { onUpdate: (task) => updates.push(task) });
    assert.deepEqual(updates.map(({ id, status, progress }) => [id, status, progress]).slice(0, 2), [["chatcmpl-1", "running", 0.07], [id, "running", 0.07]]);
    assert.equal(updates.at(-1).progress, 0.76);
    assert.ok(updates.every(({ ref, model, videoUrl }) => ref.baseUrl === url && model === "sora-2" && videoUrl === null));
    assert.deepEqual([task.id, task.status, task.progress, task.videoUrl, task.createdAt], [id, "succeeded", 1, film, 1760339757000]);
  });

  test("ends with its end mark, though the connection stays open", async (t) => {
    const server = await relay(t, (exchange) => begin(exchange, says(film) + "data: [DONE]\\n\\n\n"));
    const task = await within(open(server.url).create(request), 2000);
    assert.equal(task.status, "succeeded");
    await server.idle();
  });

  test("may be a body where a stream was asked for, and a stream under any type", async (t) => {
    const completion = { id: "chatcmpl-9", object: "chat.completion", choices: [{ message: { role: "assistant", content: film } }] };
    for (const answer of [
      json(completion),
      reply(200, { "content-type": "text/event-stream" }, `\n ${JSON.stringify(completion, null, 2)}`),
      reply(200, { "content-type": "application/json" }, says(film) + done),
      reply(200, {}, says(film) + done),
    ]) {
      const { url } = await relay(t, () => answer);
      const task = await open(url).create(request);
      assert.deepEqual([task.status, task.videoUrl, task.id], ["succeeded", film, answer.body.includes("chatcmpl-9") ? "chatcmpl-9" : "chatcmpl-1"]);
    }
  });

  test("that names an error is a failed task", async (t) => {
    const { url, requests } = await relay(t, () => stream(thinks("42% ") + 'data: {"error":{"message":"no such thing","code":"bad"}}\n\n' + done));
    const client = open(url);
    const made = await client.create(request);
    assert.deepEqual([made.status, made.error], ["failed", { code: "bad", message: "no such thing" }]);
    const error = await failure(client.wait(made.ref), "task_failed");
    assert.equal(error.task.error.code, "bad");
    assert.equal(requests.length, 1);
  });

  test("that is an error says what became of the request", async (t) => {
    const refused = await relay(t, () => json({ error: { message: "no", code: "content_policy" } }, 400));
    const error = await failure(open(refused.url).create(request), "rejected");
    assert.deepEqual(error.server, { code: "content_policy", message: "no" });
    const broken = await relay(t, () => json({ error: { message: "upstream" } }, 500));
    assert.match((await failure(open(broken.url).create(request), "server")).hint, /before you create it again/);
    assert.equal(broken.requests.length, 1, "sent once");
    const page = await relay(t, () => html());
    assert.match((await failure(open(page.url).create(request), "unexpected_response")).message, /web page/);
  });

  test("that has no end is refused", async (t) => {
    const block = thinks("x".repeat(1 << 20));
    const { url } = await relay(t, ({ response }) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const more = () => {
        while (!response.destroyed && response.write(block));
        response.once("drain", more);
      };
      more();
    });
    assert.match((await failure(open(url).create(request), "too_large")).hint, /before you create it again/);
  });
});

describe("an answer that breaks off", () => {
  const cut = (text) => async (exchange) => {
    begin(exchange, text);
    await pause(40);
    exchange.response.destroy();
  };

  for (const [how, handler, options, code] of [
    ["cut", cut, {}, "network"],
    ["silent", (text) => (exchange) => begin(exchange, text), { idleTimeoutMs: 60 }, "timeout"],
    ["ended early", (text) => () => stream(text), {}, "network"],
  ]) {
    test(`${how}, after it named a task: that goes on, and is waited for where it may be known`, async (t) => {
      const talk = handler(says(`> ID: \`${id}\`\n`) + says(">🏃 进度 76.."));
      const server = await relay(t, (exchange) => {
        if (exchange.path === "/v1/chat/completions") return talk(exchange);
        return exchange.path === `/v1/videos/${id}` ? json(task("completed", { id, video_url: film })) : json({}, 404);
      });
      const client = open(server.url);
      const made = await within(client.create(request, options), 3000);
      assert.deepEqual([made.id, made.status, made.progress, made.ref.format], [id, "running", 0.76, format]);
      const ended = await client.wait(made.ref);
      assert.deepEqual([ended.id, ended.status, ended.videoUrl], [id, "succeeded", film]);
      await server.idle();
    });

    test(`${how}, before it named anything: nobody knows, and the error says so`, async (t) => {
      const server = await relay(t, handler(thinks("生成进度: 7%\n")));
      const error = await failure(open(server.url).create(request, options), code, 3000);
      assert.match(error.hint, /before you create it again/);
      assert.equal(server.requests.length, 1, "sent once");
      await server.idle();
    });
  }

  test("silent behind its end is no failure", async (t) => {
    const { url } = await relay(t, (exchange) => begin(exchange, chunk({ content: film }, { finish_reason: "stop" })));
    const made = await within(open(url).create(request, { idleTimeoutMs: 60 }), 3000);
    assert.equal(made.videoUrl, film);
  });

  test("refuses a silence that is none", async () => {
    const fetch = () => assert.fail("asked");
    for (const idleTimeoutMs of [0, -1, "5", NaN]) await failure(open("https://relay.example", { fetch }).create(request, { idleTimeoutMs }), "invalid_argument");
  });
});

describe("a conversation that has ended", () => {
  const talker = (t, content = () => film) =>
    relay(t, ({ path, nth }) => (path === "/v1/chat/completions" ? stream(says(content(nth)) + done) : path === "/a.mp4" ? mp4(clip) : json({}, 404)));

  test("is asked for nowhere", async (t) => {
    let host;
    const server = await talker(t, () => `${host}/a.mp4`);
    host = server.url;
    const client = open(server.url);
    const made = await client.create(request);
    assert.equal(made.id, "chatcmpl-1", "the completion's own id");
    const { raw, ...rest } = made;
    for (const name of [made.ref, made.id]) {
      for (const again of [await client.query(name), await client.wait(name), (await collect(client.watch(name))).at(-1), (await client.step(name)).task]) {
        assert.deepEqual({ ...again, raw }, { ...rest, raw });
      }
    }
    assert.equal((await client.step(made.ref)).delayMs, null);
    const [settled] = await collect(client.all([made.ref]));
    assert.equal(settled.task.videoUrl, made.videoUrl);
    assert.equal(server.requests.length, 1);
    for (const name of [made, made.ref, made.id]) assert.deepEqual(Buffer.from(await client.download(name).bytes()), Buffer.from(clip));
    assert.deepEqual(server.paths().slice(1), ["/a.mp4", "/a.mp4", "/a.mp4"]);
    assert.equal(server.requests[1].headers.authorization, server.url === host ? server.requests[1].headers.authorization : undefined);
  });

  test("is kept by its client alone, and a hundred of them", async (t) => {
    const name = (nth) => `task_${String(nth).padStart(8, "0")}`;
    const server = await talker(t, (nth) => `${name(nth)} ${film}`);
    const client = open(server.url, { retries: 0 });
    const made = [];
    for (let nth = 1; nth <= 101; nth++) made.push(await client.create(request));
    assert.equal((await client.query(made[1].ref)).id, name(2));
    assert.equal(server.requests.length, 101);
    await failure(client.query(made[0].ref), "not_found");
    await failure(open(server.url, { retries: 0 }).query(made[1].ref), "not_found");
  });
});

describe("abort", () => {
  const stopped = new AbortController();
  stopped.abort("before");
  const places = {
    "before its headers": { handler: silence, there: ({ asked }) => asked() },
    "in the apiKey function": { handler: silence, more: (reached) => ({ apiKey: () => (reached(), new Promise(() => {})) }) },
    "in the own fetch, which ignores its signal": { handler: silence, more: (reached) => ({ fetch: () => (reached(), new Promise(() => {})) }) },
    "between two pieces": { handler: (exchange) => begin(exchange, thinks("7% ")), there: async ({ asked }) => void (await asked(), await pause(60)) },
    "in a body that ignores its signal": {
      handler: silence,
      more: (reached) => ({ fetch: async () => new Response(new ReadableStream({ pull: () => (reached(), new Promise(() => {})) })) }),
    },
    "in a body that is no stream": {
      handler: silence,
      more: (reached) => ({ fetch: async () => ({ status: 200, headers: new Headers(), text: () => (reached(), new Promise(() => {})) }) }),
    },
    "in the pause before another attempt": {
      handler: () => json({ error: { message: "busy" } }, 429, { "retry-after": "30" }),
      there: async ({ asked }) => void (await asked(), await pause(20)),
    },
  };

  for (const [place, { handler, more, there }] of Object.entries(places)) {
    test(`${place}: rejects at once with the reason, and leaves nothing behind`, async (t) => {
      const server = await relay(t, handler);
      let reached;
      const come = new Promise((resolve) => (reached = resolve));
      const before = timers();
      const stop = new AbortController();
      const reason = { place };
      let ended = false;
      const end = thrown(open(server.url, more?.(reached)).create(request, { signal: stop.signal }), 5000).finally(() => (ended = true));
      await (there ? there(server) : within(come, 1000, "the way there"));
      assert.equal(ended, false, "the call hangs where it should");
      stop.abort(reason);
      assert.equal(await within(end, 1000), reason);
      assert.equal(getEventListeners(stop.signal, "abort").length, 0);
      assert.equal(timers(), before);
      await server.idle();
    });
  }

  test("from onUpdate, and what onUpdate throws, end it", async (t) => {
    const server = await relay(t, (exchange) => begin(exchange, thinks("7% ")));
    const stop = new AbortController();
    assert.equal(await thrown(open(server.url).create(request, { signal: stop.signal, onUpdate: () => stop.abort("enough") })), "enough");
    const own = new Error("own");
    assert.equal(await thrown(open(server.url).create(request, { onUpdate: () => { throw own; } })), own);
    await server.idle();
  });

  test("a signal that has fired sends nothing", async (t) => {
    const server = await relay(t, silence);
    assert.equal(await thrown(open(server.url).create(request, { signal: stopped.signal })), "before");
    assert.equal(server.requests.length, 0);
  });
});

test("the key shows in no error, event or update, though the relay says it", async (t) => {
  const events = [];
  const echo = `the key ${KEY}, or ${encodeURIComponent(KEY)}`;
  for (const handler of [
    () => stream(says(`I know ${echo}.`) + done),
    () => json({ error: { message: echo, code: KEY } }, 400),
    () => json({ object: "chat.completion", choices: [{ message: { content: echo } }] }),
    async (exchange) => (begin(exchange, thinks(echo)), await pause(20), void exchange.response.destroy()),
  ]) {
    const { url } = await relay(t, handler);
    const error = await thrown(open(url, { onEvent: (event) => events.push(event) }).create(request));
    for (const text of [inspect(error, { depth: 9 }), JSON.stringify(error), error.stack, error.server?.message ?? ""]) assert.ok(!text.includes(KEY), text);
  }
  assert.ok(events.length >= 8 && !JSON.stringify(events).includes(KEY));
});

describe("readTask", () => {
  test("takes an event stream as text, whatever format it is told", async () => {
    for (const options of [{}, { format }, { format: "auto" }]) {
      const read = await readTask(says(`> ID: \`${id}\`\n`) + says(film), { ...options, baseUrl: "https://relay.example" });
      assert.deepEqual([read.id, read.status, read.videoUrl, read.ref.format], [id, "succeeded", film, format]);
    }
    assert.equal((await readTask(`: ping\r\n\r\ndata:${JSON.stringify({ choices: [{ delta: { content: film } }] })}\r\r`)).videoUrl, film);
  });

  test("refuses other text as before, an error's stream, and too much of it", async () => {
    assert.match((await failure(readTask("hello"), "unexpected_response")).message, /text that is not JSON/);
    const refused = await failure(readTask('data: {"error":{"message":"no","code":"bad"}}\n\n', { httpStatus: 429 }), "rate_limited");
    assert.deepEqual(refused.server, { code: "bad", message: "no" });
    const piece = thinks("x".repeat(1 << 20));
    assert.equal((await readTask(piece.repeat(7) + says(film))).videoUrl, film);
    await failure(readTask(piece.repeat(8) + says(film)), "too_large");
  });
});
