import { answerOf } from "./worker.mjs";

/** Milliseconds from before the import to the first result, each sample in a fresh process, the runs in turn. */
export async function measureFirstCall(runs, count) {
  const samples = Object.fromEntries(runs.map(({ key }) => [key, []]));
  // The first pass only brings the files into the system's cache.
  for (let pass = 0; pass <= count; pass += 1) {
    for (const { key, subject, node } of runs) {
      const { millis } = await answerOf("./first-call-worker.mjs", [subject.name], node.execPath);
      if (pass > 0) samples[key].push(millis);
    }
  }
  return { samples };
}
