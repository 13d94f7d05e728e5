import { startWorker } from "./worker.mjs";

/** Milliseconds from before the import to the first result, each sample in a fresh process, the subjects in turn. */
export async function measureFirstCall(subjects, count) {
  const samples = Object.fromEntries(subjects.map(({ name }) => [name, []]));
  // The first pass only brings the files into the system's cache.
  for (let pass = 0; pass <= count; pass += 1) {
    for (const { name } of subjects) {
      const worker = startWorker("./first-call-worker.mjs", [name]);
      const { millis } = await worker.next();
      // Not left to its own end: a client's forgotten timer would hold it, and the next sample beside it.
      worker.stop();
      if (pass > 0) samples[name].push(millis);
    }
  }
  return { samples };
}
