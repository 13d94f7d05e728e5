// What a client holds after its first thousands of queries and after many more, all one after another in one process.
import { answerOf } from "./worker.mjs";

export const heapPoints = [10_000, 100_000];

/** For each run `{ heap, core }` in bytes at each of the points: JS heap in use, and the memory of the wasm core (null without one). */
export async function measureHeap(runs) {
  const held = {};
  for (const { key, subject, node } of runs) {
    ({ seen: held[key] } = await answerOf("./heap-worker.mjs", [subject.name, ...heapPoints.map(String)], node.execPath));
  }
  return { held };
}

/** Bytes of heap that each query between the first point and the last has added. */
export const growth = (held) => (held.at(-1).heap - held[0].heap) / (heapPoints.at(-1) - heapPoints[0]);
