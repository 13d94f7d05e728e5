// What one query calls across the boundary of the wasm core, with fetch stubbed so that none of it is the host's.
import { watched } from "./wasm-watch.mjs";
import { stubFor } from "./stub.mjs";
import { apiKey, subjectNamed, verify } from "./subjects.mjs";

const [name, count] = process.argv.slice(2);
const subject = subjectNamed(name);
const stub = stubFor(subject);
const { connect } = await import(`./clients/${name}.mjs`);
const query = connect({ baseUrl: "https://relay.example", apiKey, fetch: stub.fetch });

async function run(queries) {
  for (let made = 0; made < queries; made += 1) {
    const task = subject.tasks[made % 2];
    verify(subject, task, await query(task.id));
  }
}

// The first ones start the core and learn the form of the bodies.
await run(100);
if (!watched.memory) throw new Error(`${name} has made no instance of a wasm module that could be watched`);
watched.on = true;
await run(Number(count));
watched.on = false;
process.send({ in: watched.in, out: watched.out });
