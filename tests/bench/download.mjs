// 256 MiB over loopback: throughput, CPU and peak memory of each way to bring them over, beside the plainest way to do the same.
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passes, videos, ways } from "./download-ways.mjs";
import { ratios, summary } from "./stats.mjs";
import { startWorker } from "./worker.mjs";

const MiB = 1 << 20;

/** What reelay is to reach beside the floor of its group: the part of its throughput, and the MiB of memory above its. */
export const downloadGoals = { throughput: 0.95, memory: 8 };

/** Samples by way and round, each in a process of its own; a round's ways are in another order each time. */
export async function measureDownloads(rounds) {
  const server = startWorker("./download-server.mjs");
  const folder = mkdtempSync(join(tmpdir(), "reelay-bench-"));
  const samples = Object.fromEntries(ways.map(({ name }) => [name, []]));
  try {
    const { origin, sha256 } = await server.next();
    // The first round only brings the files into the system's cache.
    for (let round = -1; round < rounds; round += 1) {
      for (let place = 0; place < ways.length; place += 1) {
        const { name } = ways[(place + Math.max(round, 0) * 5) % ways.length];
        const sample = await measure(name, origin, join(folder, "video.mp4"), sha256);
        if (round >= 0) samples[name].push(sample);
      }
    }
    return samples;
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(name, origin, path, sha256) {
  const worker = startWorker("./download-worker.mjs", [name, origin, path]);
  try {
    const { proxy } = await worker.next();
    const samples = [];
    for (const id of passes) {
      const sample = proxy ? await through(proxy, id, worker) : await worker.ask({ id });
      check(name, id, sample, sha256[id]);
      samples.push(sample);
    }
    return { ...samples[1], later: samples.at(-1) };
  } finally {
    worker.stop();
  }
}

function check(name, id, sample, sha256) {
  if (sample.bytes !== videos[id]) throw new Error(`${name} brought ${sample.bytes} of ${videos[id]} bytes of ${id}`);
  if (sample.sha256 && sample.sha256 !== sha256) throw new Error(`${name} brought other bytes of ${id}`);
  if (sample.first !== undefined && sample.first !== 24) throw new Error(`${name} brought another start of ${id}`);
}

const agent = new Agent({ keepAlive: true });

/** Reads a video through a proxy, whose process tells what it took. */
async function through(proxy, id, worker) {
  // What came before is not counted.
  await worker.ask({ id });
  const start = performance.now();
  const bytes = await new Promise((resolve, reject) => {
    get(`${proxy}/v1/videos/${id}/content`, { agent }, (answer) => {
      let count = 0;
      answer.on("data", (chunk) => (count += chunk.length)).on("end", () => resolve(count)).on("error", reject);
    }).on("error", reject);
  });
  const millis = performance.now() - start;
  return { ...(await worker.ask({ id })), bytes, millis };
}

const spread = ({ median, low, high }, digits) => `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
const line = (cells) => `| ${cells.join(" | ")} |`;

export function downloadTable(samples, rounds) {
  const rows = ways.map(({ name, group, goal }) => {
    const floor = ways.find((way) => way.group === group).name;
    const of = (field) => [samples[name].map(field), samples[floor].map(field)];
    const share = (field) => summary(ratios(...of(field)));
    const [millis] = of(({ millis }) => millis);
    const [cpu] = of(({ cpuMicros }) => cpuMicros / 1000);
    const [peak, least] = of(({ peakKiB }) => peakKiB / 1024);
    const speed = share(({ millis }) => 1 / millis);
    const later = share(({ later }) => 1 / later.millis);
    const above = summary(peak.map((value, round) => value - least[round]));
    const quick = [speed, later].filter(({ median }) => median >= downloadGoals.throughput).length;
    const met = above.median > downloadGoals.memory || quick === 0 ? "not met" : quick === 2 ? "met" : later.median < speed.median ? "met at first" : "met later";
    const first = name === floor;
    return line([
      first ? group : "", name,
      spread(summary(millis.map((value) => (videos.big / MiB / value) * 1000)), 0), first ? "" : spread(speed, 2),
      first ? "" : spread(later, 2), spread(summary(cpu), 0), first ? "" : spread(share(({ cpuMicros }) => cpuMicros), 2),
      spread(summary(peak), 0), first ? "" : spread(above, 0),
      goal ? met : "",
    ]);
  });
  const head = ["256 MiB", "way", "MiB/s", "× floor", "later, × floor", "CPU, ms", "× floor", "peak memory, MiB", "above floor", `≥ ${downloadGoals.throughput}, ≤ ${downloadGoals.memory} MiB`];
  return [
    line(head), line(head.map(() => "---")), ...rows, "",
    `Median and quartiles of ${rounds} rounds over loopback, each way in a process of its own, after a first 64 MiB, and once more after 576 MiB; ratios and differences within each round, to the first way`,
    "of the group. CPU is user and system time of that process, peak memory the most that was resident in its whole life.",
  ].join("\n");
}
