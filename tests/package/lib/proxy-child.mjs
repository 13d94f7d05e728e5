// A proxy in a process of its own, which tells how much memory it has.
import { createServer } from "node:http";
import { createProxy } from "../../../pkg/dist/proxy.mjs";
import { listener } from "./proxied.mjs";
import { optionsOf } from "./proxy-host.mjs";

const server = createServer(listener(createProxy(optionsOf(process.argv[2])))).listen(0, "127.0.0.1", () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` });
});
process.on("message", () => {
  globalThis.gc();
  process.send({ rss: process.memoryUsage.rss() });
});
