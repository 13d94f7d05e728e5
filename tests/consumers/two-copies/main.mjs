// What one copy gives, handed to another; printed for run.mjs to look at.
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import * as here from "./copy.mjs";
import * as other from "./other/copy.mjs";

const options = { baseUrl: process.argv[2], apiKey: "consumer-key", format: "openai-videos" };
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const thrown = (promise) => promise.then(() => null, (error) => error);

/** @param one whose things are handed over  @param another that takes them */
async function between(one, another, save) {
  const [giver, taker] = [one.createClient(options), another.createClient(options)];
  const task = await giver.query("done");
  const error = await thrown(giver.query("missing"));
  const { state } = await giver.step("running");
  const next = await taker.step("running", state);
  const saved = await save(giver.download(task), "saved.mp4", { resume: false });
  const notSaved = await thrown(save(giver.download("missing", { wait: { timeoutMs: 500, poll: { minMs: 10, maxMs: 10 } } }), "none.mp4"));
  const settled = [];
  for await (const each of taker.all([task.ref])) settled.push([each.ok, each.ref.id]);
  const stopped = await thrown(taker.wait("running", { signal: AbortSignal.abort(error) }));
  const mine = await thrown(taker.wait("running", { onUpdate() { throw error; } }));
  await rm("saved.mp4");
  return {
    sameClass: one.ReelayError === another.ReelayError,
    error: { known: another.isReelayError(error), code: error.code, instance: error instanceof another.ReelayError },
    asReason: stopped === error,
    thrownThrough: mine === error,
    ref: (await taker.query(task.ref)).status,
    parsedRef: (await taker.query(another.parseTaskRef(JSON.parse(JSON.stringify(task.ref))))).status,
    refOfError: error.ref && (await thrown(taker.query(error.ref))).code,
    settled,
    task: sha256(await taker.download(task).bytes()),
    stored: sha256(await taker.download(JSON.parse(JSON.stringify(task))).bytes()),
    step: [next.task.status, typeof next.delayMs, next.state.v],
    saved: saved.sha256,
    notSaved: [another.isReelayError(notSaved), notSaved.code],
    body: sha256(await taker.download(await one.readTask(task.raw, { format: "openai-videos", baseUrl: options.baseUrl })).bytes()),
    mocked: await mocked(one, another === other.main ? other.mockRelay : here.mockRelay),
  };
}

async function mocked({ createClient }, mockRelay) {
  const relay = mockRelay({ tasks: { a: [{ status: "succeeded" }] } });
  return (await createClient({ baseUrl: relay.baseUrl, fetch: relay.fetch }).query("a")).status;
}

console.log(JSON.stringify([
  await between(here.main, other.main, other.save),
  await between(other.main, here.main, here.save),
  await between(here.slim, here.main, here.save),
  await between(here.main, other.slim, other.save),
]));
