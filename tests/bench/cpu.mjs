import { startWorker } from "./worker.mjs";

/** Queries: to warm up once, and in one turn unmeasured first and then measured. All even. */
const sizes = {
  loopback: { warmUp: 5_000, leadIn: 20, queries: 200 },
  stubbed: { warmUp: 20_000, leadIn: 100, queries: 1_000 },
};
/** Turns of each run in one round: short ones, so that a burst of other work on the machine meets all of them. */
const turns = 4;

/**
 * CPU per query in microseconds, user and system of the whole process, for each run and round. The runs, of all clients on all Nodes, take turns,
 * A B C ... A B C, and each pass starts one place further on so that none always follows the same neighbour.
 */
export async function measureCpu(mode, runs, rounds) {
  const { warmUp, leadIn, queries } = sizes[mode];
  const server = startWorker("./server.mjs");
  const workers = [];
  const samples = Object.fromEntries(runs.map(({ key }) => [key, []]));
  const made = {};
  try {
    const { origin } = await server.next();
    for (const { key, subject, node } of runs) {
      const worker = startWorker("./cpu-worker.mjs", [subject.name, mode, `${origin}/${key}`], node.execPath);
      workers.push({ key, worker });
      await worker.next();
      await worker.ask({ leadIn: 0, queries: warmUp });
    }
    for (let round = 0; round < rounds; round += 1) {
      const micros = Object.fromEntries(runs.map(({ key }) => [key, 0]));
      for (let pass = 0; pass < turns; pass += 1) {
        for (let place = 0; place < workers.length; place += 1) {
          const { key, worker } = workers[(pass + place) % workers.length];
          const answer = await worker.ask({ leadIn, queries });
          micros[key] += answer.micros;
          made[key] = answer.made;
        }
      }
      for (const { key } of runs) samples[key].push(micros[key] / (turns * queries));
    }
    checkRequests(mode, made, await server.ask({}));
    return { samples };
  } finally {
    for (const { worker } of workers) worker.stop();
    server.stop();
  }
}

/** A client that cached, merged or repeated requests would not be comparable. */
function checkRequests(mode, made, hits) {
  for (const [key, count] of Object.entries(made)) {
    const expected = mode === "loopback" ? count : 0;
    const seen = hits[key] ?? 0;
    if (seen !== expected) throw new Error(`${key}: the server saw ${seen} requests instead of ${expected} for ${count} queries`);
  }
}

export const queriesPerRound = (mode) => sizes[mode].queries * turns;
