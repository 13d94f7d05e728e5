// How often one query goes into the wasm core and out of it.
import { answerOf } from "./worker.mjs";

const QUERIES = 1_000;

/** Calls a query by the name of the function, `in` and `out`, for each run. */
export async function measureBoundary(runs) {
  const calls = {};
  for (const { key, subject, node } of runs) {
    const sums = await answerOf("./boundary-worker.mjs", [subject.name, String(QUERIES)], node.execPath);
    calls[key] = Object.fromEntries(Object.entries(sums).map(([way, of]) => [way, perQuery(of)]));
  }
  return { calls };
}

/** The generator's names end in a hash. */
const perQuery = (sums) => Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name.replace(/_[0-9a-f]{16}$/, ""), sum / QUERIES]));

/** Room for the texts that cross is the glue's own affair. */
const room = /^__wbindgen_(malloc|realloc|free)$/;

export const callsOf = (of) => Object.entries(of).reduce((sum, [name, calls]) => (room.test(name) ? sum : sum + calls), 0);
