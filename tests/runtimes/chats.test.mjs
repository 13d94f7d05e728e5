// Conversations over real connections, in Node, Deno and Bun: cut anywhere, left open, silent, broken.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer } from "node:http";
import { once } from "node:events";
import { run, runtimes } from "./lib/run.mjs";

const ID = "task_01k7dzptgwf2z87wj2c3t36qk0";
const says = (content) => `data: ${JSON.stringify({ id: "chatcmpl-1", choices: [{ delta: { content } }] })}\n\n`;
const link = "<video src='https://cdn.example/视频.mp4'></video>";
const film = says("✨ 进度 7%\n") + says(link);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const made = (more) => ({ id: "chatcmpl-1", status: "succeeded", videoUrl: "https://cdn.example/视频.mp4", updates: [0.07], again: "succeeded", ...more });
const running = { id: ID, status: "running", videoUrl: null, updates: [0.5], again: "not_found" };

/** What a relay says, and what must come of it. */
const answers = {
  bytes: [async (response) => {
    for (const event of [says("✨ 进度 7%\n"), `${says(link)}data: [DONE]\n\n`]) {
      for (const byte of Buffer.from(event)) {
        response.write(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
      // A busy machine would read both at once, and have no progress to tell.
      await pause(100);
    }
    response.end();
  }, made()],
  // What came in one piece with its end was never on its way.
  open: [(response) => response.write(`${film}data: [DONE]\n\n`), made({ updates: [] })],
  cut: [async (response) => {
    response.write(says(`\`${ID}\` 50%\n`));
    await pause(50);
    response.destroy();
  }, running],
  silent: [(response) => response.write(says(`\`${ID}\` 50%\n`)), running],
  nothing: [async (response) => {
    response.write(says("50%\n"));
    await pause(50);
    response.destroy();
  }, "network"],
  abort: [(response) => response.write(says("50%\n")), "enough"],
};

let server;
const open = new Set();
before(async () => {
  server = createServer((request, response) => {
    const [, name, ...path] = request.url.split("/");
    if (path.join("/") !== "v1/chat/completions") return response.writeHead(404).end();
    open.add(name);
    response.on("close", () => open.delete(name));
    response.writeHead(200, { "content-type": "text/event-stream" });
    return answers[name][0](response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => {
  server.closeAllConnections();
  server.close();
});

for (const runtime of Object.keys(runtimes)) {
  test(`${runtime}: answers end as they should, and nothing stays open`, async () => {
    const outcomes = await run(runtime, "chats", { baseUrl: `http://127.0.0.1:${server.address().port}`, names: Object.keys(answers) });
    for (const [name, [, outcome]] of Object.entries(answers)) assert.deepEqual(outcomes[name], outcome, name);
    assert.equal(open.size, 0);
  });
}
