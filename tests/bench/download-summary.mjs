// The short table of the downloads, for the README.
import { table } from "../../tools/lib/markdown.mjs";
import { ways } from "./download-ways.mjs";
import { ratios, spread, summary } from "./stats.mjs";

export function downloadSummary(samples) {
  const rows = ways.map(({ name, group }) => {
    const floor = ways.find((way) => way.group === group).name;
    const of = (field) => [samples[name].map(field), samples[floor].map(field)];
    const [peak, least] = of(({ peakKiB }) => peakKiB / 1024);
    const first = name === floor;
    return [
      first ? group : "", name,
      first ? "1" : spread(summary(ratios(...of(({ millis }) => 1 / millis))), 2),
      first ? "1" : spread(summary(ratios(...of(({ later }) => 1 / later.millis))), 2),
      first ? "1" : spread(summary(ratios(...of(({ cpuMicros }) => cpuMicros))), 2),
      first ? `${summary(peak).median.toFixed(0)} in all` : spread(summary(peak.map((value, round) => value - least[round])), 0),
    ];
  });
  return table(["256 MiB", "Way", "Throughput, × the first", "And later in that process", "CPU, × the first", "Peak memory above it, MiB"], rows);
}
