// A process just started: import, construct, first query. Everything that is only for the check is loaded before or done after.
import { stubFor } from "./stub.mjs";
import { apiKey, subjectNamed, verify } from "./subjects.mjs";

const [name] = process.argv.slice(2);
const subject = subjectNamed(name);
const [task] = subject.tasks;
const stub = stubFor(subject);

const start = performance.now();
const { connect } = await import(`./clients/${name}.mjs`);
const result = await connect({ baseUrl: "http://127.0.0.1/relay", apiKey, fetch: stub.fetch })(task.id);
const millis = performance.now() - start;

verify(subject, task, result);
stub.verify(task);
process.send({ millis });
