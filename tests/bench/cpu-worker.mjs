// One subject's process: told how many queries to make, it answers with the CPU they took.
import { stubFor } from "./stub.mjs";
import { apiKey, subjectNamed, verify } from "./subjects.mjs";

const [name, mode, baseUrl] = process.argv.slice(2);
const subject = subjectNamed(name);
const stub = mode === "stubbed" ? stubFor(subject) : null;
const { connect } = await import(`./clients/${name}.mjs`);
const query = connect(stub ? { baseUrl, apiKey, fetch: stub.fetch } : { baseUrl, apiKey });
const [running, finished] = subject.tasks;
let made = 0;

/** `count` must be even: the stub answers in turn. */
async function run(count) {
  let words = 0;
  for (let i = 0; i < count; i += 2) {
    if (subject.word(await query(running.id)) === running.word) words += 1;
    if (subject.word(await query(finished.id)) === finished.word) words += 1;
  }
  made += count;
  if (words !== count) throw new Error(`${name}: ${count - words} of ${count} queries gave the wrong status`);
}

async function prove() {
  for (const task of subject.tasks) {
    verify(subject, task, await query(task.id));
    made += 1;
    stub?.verify(task);
  }
}

await prove();
process.on("message", async ({ leadIn, queries }) => {
  // Brings the caches and, after a pause, the connection back before the clock starts.
  await run(leadIn);
  const before = process.cpuUsage();
  await run(queries);
  const { user, system } = process.cpuUsage(before);
  if (stub && stub.calls !== made) throw new Error(`${name}: ${stub.calls} calls of fetch for ${made} queries`);
  process.send({ micros: user + system, made });
});
process.send({ ready: true });
