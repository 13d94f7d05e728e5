// The relay of the loopback rounds, a process of its own so that its CPU counts for nobody.
// The first path segment is the subject's name: it chooses the bodies and counts who asked how often.
import { createServer } from "node:http";
import { apiKey, subjects } from "./subjects.mjs";

const shelves = new Map(
  subjects.map((subject) => [
    subject.name,
    {
      hits: 0,
      authorization: `${subject.scheme} ${apiKey}`,
      tasks: subject.tasks.map((task) => ({ id: task.id, bytes: Buffer.from(task.text) })),
    },
  ]),
);

const server = createServer((request, response) => {
  const shelf = shelves.get(request.url.split("/", 2)[1]);
  const task = shelf?.tasks.find((task) => request.url.includes(task.id));
  const status = !task ? 404 : request.headers.authorization !== shelf.authorization ? 401 : 200;
  if (status === 200) shelf.hits += 1;
  const body = status === 200 ? task.bytes : Buffer.from(`{"error":{"message":"bench server: ${status}"}}`);
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length }).end(body);
});
// Idle between two turns of one subject: a connection made anew in each turn would be measured with it.
server.keepAliveTimeout = 300_000;

process.on("message", () => process.send(Object.fromEntries([...shelves].map(([name, { hits }]) => [name, hits]))));
server.listen(0, "127.0.0.1", () => process.send({ origin: `http://127.0.0.1:${server.address().port}` }));
