// The relay of the loopback rounds, a process of its own so that its CPU counts for nobody.
// The first path segment is a run's key: the subject's name in it chooses the bodies, and it counts who asked how often.
import { createServer } from "node:http";
import { subjects } from "./subjects.mjs";

const shelves = new Map(
  subjects.map(({ name, key, tasks }) => [name, { key, tasks: tasks.map((task) => ({ id: task.id, bytes: Buffer.from(task.text) })) }]),
);
const hits = {};

const server = createServer((request, response) => {
  const run = request.url.split("/", 2)[1];
  const shelf = shelves.get(run.split("@")[0]);
  const task = shelf?.tasks.find((task) => request.url.includes(task.id));
  const status = !task ? 404 : request.headers[shelf.key.header] !== shelf.key.value ? 401 : 200;
  if (status === 200) hits[run] = (hits[run] ?? 0) + 1;
  const body = status === 200 ? task.bytes : Buffer.from(`{"error":{"message":"bench server: ${status}"}}`);
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length }).end(body);
});
// Idle between two turns of one subject: a connection made anew in each turn would be measured with it.
server.keepAliveTimeout = 300_000;

process.on("message", () => process.send(hits));
server.listen(0, "127.0.0.1", () => process.send({ origin: `http://127.0.0.1:${server.address().port}` }));
