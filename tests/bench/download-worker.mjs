// One way's process: told which video, it brings it over and answers with what that took. A proxy is told when its reader is done.
import { rmSync } from "node:fs";
import { ways } from "./download-ways.mjs";

const [name, origin, path] = process.argv.slice(2);
const started = await ways.find((way) => way.name === name).start(origin, path);
const answer = (before, start, result) => {
  const { user, system } = process.cpuUsage(before);
  process.send({ ...result, millis: performance.now() - start, cpuMicros: user + system, peakKiB: process.resourceUsage().maxRSS });
};

let before = process.cpuUsage();
process.on("message", async ({ id }) => {
  if (started.proxy) {
    answer(before, 0, {});
    before = process.cpuUsage();
    return;
  }
  before = process.cpuUsage();
  const start = performance.now();
  try {
    answer(before, start, await started(id));
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
  if (path) rmSync(path, { force: true });
});
process.send({ proxy: started.proxy });
