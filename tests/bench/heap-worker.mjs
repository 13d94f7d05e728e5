// One subject's process: what is held after some queries, and after many more.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { watched } from "./wasm-watch.mjs";
import { stubFor } from "./stub.mjs";
import { apiKey, subjectNamed } from "./subjects.mjs";

const [name, ...points] = process.argv.slice(2);
const subject = subjectNamed(name);
const stub = stubFor(subject);
const { connect } = await import(`./clients/${name}.mjs`);
const query = connect({ baseUrl: "https://relay.example", apiKey, fetch: stub.fetch });
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

/** Bytes in use; what is freed by a callback after a collection is gone by the next. */
async function held() {
  for (let turn = 0; turn < 4; turn += 1) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { heap: process.memoryUsage().heapUsed, core: watched.memory?.buffer.byteLength ?? null };
}

const seen = [];
let made = 0;
for (const point of points.map(Number)) {
  for (; made < point; made += 1) {
    const task = subject.tasks[made % 2];
    if (subject.word(await query(task.id)) !== task.word) throw new Error(`${name} gave the wrong status`);
  }
  seen.push(await held());
}
if (stub.calls !== made) throw new Error(`${name}: ${stub.calls} calls of fetch for ${made} queries`);
process.send({ seen });
