// Lag against requests: the client's pace beside fixed intervals and the peers' ways, on simulated jobs. No clock is read, so every run says the same.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fillBlock } from "./readme.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The rows that tools/polling.rs prints: one for each kind of job and of progress. */
export function simulatePolling() {
  const json = execFileSync("cargo", ["run", "--release", "--quiet", "--example", "polling"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(json).rows;
}

/** `to` where the curve has `from` at `x`, linear between neighbours in logarithms; undefined beyond its ends. */
export function along(curve, from, to, x) {
  const points = curve.toSorted((a, b) => a[from] - b[from]);
  const after = points.findIndex((point) => point[from] >= x);
  if (after < 0 || (after === 0 && points[0][from] > x)) return undefined;
  const [low, high] = [points[Math.max(after - 1, 0)], points[after]];
  const share = high[from] === low[from] ? 0 : Math.log(x / low[from]) / Math.log(high[from] / low[from]);
  return low[to] * (high[to] / low[to]) ** share;
}

/** A curve that ends before has its least lag with fewer requests still. */
const atRequests = (curve, requests) => along(curve, "requests", "lagMs", Math.min(requests, Math.max(...curve.map((point) => point.requests))));
const atLag = (curve, lagMs) => along(curve, "lagMs", "requests", lagMs);

/** What a row says: the default pace against the best fixed interval, and each peer against the client's pace at the peer's own requests. */
export function judge({ ours, curve, fixed, peers, etaOff, ...about }) {
  return {
    ...about,
    ours,
    etaOff,
    lagOfFixed: ours.lagMs / atRequests(fixed, ours.requests),
    requestsOfFixed: ours.requests / atLag(fixed, ours.lagMs),
    peers: peers.map((peer) => ({ ...peer, lagOfPeer: atRequests(curve, peer.requests) / peer.lagMs })),
  };
}

const seconds = (ms) => (ms / 1000).toFixed(ms < 9_950 ? 1 : 0);
const ratio = (value) => (Number.isFinite(value) ? value.toFixed(2) : "–");
const line = (cells) => `| ${cells.join(" | ")} |`;

export function pollingTable(rows) {
  const judged = rows.map(judge);
  const names = judged[0].peers.map(({ name }) => name);
  const head = ["jobs", "progress", "requests", "lag, s", "lag of the best fixed interval", "requests of it", "ETA off by", ...names.map((name) => `${name}: requests, lag`)];
  const body = judged.map(({ jobs, progress, ours, lagOfFixed, requestsOfFixed, etaOff, peers }) => line([
    jobs, progress, ours.requests.toFixed(1), seconds(ours.lagMs), `× ${ratio(lagOfFixed)}`, `× ${ratio(requestsOfFixed)}`,
    etaOff === null ? "–" : `${(etaOff * 100).toFixed(0)} %`,
    ...peers.map(({ requests, lagMs, lagOfPeer }) => `${requests.toFixed(0)}, ${seconds(lagMs)} s (× ${ratio(lagOfPeer)})`),
  ]));
  return [
    line(head), line(head.map(() => "---")), ...body, "",
    "Requests and lag are means of 4,000 simulated jobs. Lag is from a job's end to the poll that sees it. The first ratios are of the client's default pace: its lag to that of the fixed",
    "interval with as many requests, its requests to those of the fixed interval with as much lag. Behind a peer stands the client's lag at as many requests as the peer's, its bounds set",
    "for that, as a part of the peer's. ETA: median of how far `etaMs` was off, as a part of the job.",
  ].join("\n");
}

/** The short table of the README: a row a kind of job. */
export function pollingSummary(rows) {
  const judged = rows.map(judge);
  const kinds = [...new Set(judged.map(({ progress }) => progress))];
  const jobs = [...new Set(judged.map((row) => row.jobs))];
  const cell = (name, kind) => {
    const { ours, lagOfFixed } = judged.find((row) => row.jobs === name && row.progress === kind);
    return `${ratio(lagOfFixed)} (${ours.requests.toFixed(0)} requests, ${seconds(ours.lagMs)} s)`;
  };
  const heads = { honest: "honest progress", coarse: "in steps of 20 %", stuck: "soon at 95 %, and stuck", absent: "no progress" };
  const of = (kinds, look) => judged.filter(({ progress }) => kinds.includes(progress)).flatMap(look).filter(Number.isFinite);
  const span = (values, show) => `${show(Math.min(...values))} to ${show(Math.max(...values))}`;
  const percent = (share) => (share * 100).toFixed(0);
  const useful = ["honest", "coarse"];
  return [
    line(["Jobs", ...kinds.map((kind) => heads[kind])]), line(["---", ...kinds.map(() => "---")]), ...jobs.map((name) => line([name, ...kinds.map((kind) => cell(name, kind))])), "",
    `With progress of the first two kinds, \`etaMs\` is off by ${span(of(useful, ({ etaOff }) => etaOff), percent)} % of the job (medians), and with as many requests as a peer sends`,
    `the lag is ${span(of(useful, ({ peers }) => peers.map(({ lagOfPeer }) => lagOfPeer)), ratio)} of the peer's; with progress that gets stuck \`etaMs\` is off by ${span(of(["stuck"], ({ etaOff }) => etaOff), percent)} %.`,
  ].join("\n");
}

// ------------------------------------------------------------ the plot

const size = { width: 720, height: 420, left: 62, right: 150, top: 24, bottom: 52 };
const range = { requests: [4, 400], lagMs: [200, 20_000] };
const lines = [
  { name: "fixed interval", of: "absent", from: "fixed", color: "#8a8f98", dash: "5 4" },
  { name: "reelay, no progress", of: "absent", from: "curve", color: "#b7791f" },
  { name: "reelay, steps of 20 %", of: "coarse", from: "curve", color: "#2b8a6e" },
  { name: "reelay, honest progress", of: "honest", from: "curve", color: "#3b6fd4" },
];

const share = (value, [low, high]) => Math.log(value / low) / Math.log(high / low);
const x = (requests) => size.left + share(requests, range.requests) * (size.width - size.left - size.right);
const y = (lagMs) => size.height - size.bottom - share(lagMs, range.lagMs) * (size.height - size.top - size.bottom);
const inside = ({ requests, lagMs }) => [share(requests, range.requests), share(lagMs, range.lagMs)].every((part) => part >= 0 && part <= 1);
const place = (value) => value.toFixed(1);
const text = (at, up, what, more = "") => `<text x="${place(at)}" y="${place(up)}" ${more}>${what}</text>`;

export function pollingPlot(rows, jobs = "about 90 s") {
  const row = (progress) => rows.find((one) => one.jobs === jobs && one.progress === progress);
  const parts = [];
  for (const requests of [5, 10, 20, 50, 100, 200, 400]) {
    parts.push(`<path class="grid" d="M${place(x(requests))} ${size.top}V${size.height - size.bottom}"/>`, text(x(requests), size.height - size.bottom + 18, requests, 'text-anchor="middle"'));
  }
  for (const lagMs of [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000]) {
    parts.push(`<path class="grid" d="M${size.left} ${place(y(lagMs))}H${size.width - size.right}"/>`, text(size.left - 8, y(lagMs) + 4, `${lagMs / 1000} s`, 'text-anchor="end"'));
  }
  parts.push(text((size.left + size.width - size.right) / 2, size.height - 12, "requests for one task", 'text-anchor="middle"'));
  parts.push(text(0, 0, "lag behind its end", `text-anchor="middle" transform="translate(14 ${(size.top + size.height - size.bottom) / 2}) rotate(-90)"`));
  for (const { name, of, from, color, dash } of lines) {
    const points = row(of)[from].filter(inside).toSorted((a, b) => a.requests - b.requests);
    const path = points.map((point, at) => `${at ? "L" : "M"}${place(x(point.requests))} ${place(y(point.lagMs))}`).join("");
    parts.push(`<path d="${path}" fill="none" stroke="${color}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ""}/>`);
  }
  for (const { of, from, color } of lines.filter(({ from }) => from === "curve")) {
    const { ours } = row(of);
    parts.push(`<circle cx="${place(x(ours.requests))}" cy="${place(y(ours.lagMs))}" r="5" fill="${color}"><title>reelay by default: ${ours.requests.toFixed(1)} requests, ${seconds(ours.lagMs)} s</title></circle>`);
  }
  // Two peers may be one point.
  const points = new Map();
  for (const peer of row("absent").peers) points.set(`${peer.requests} ${peer.lagMs}`, { ...peer, name: [points.get(`${peer.requests} ${peer.lagMs}`)?.name, peer.name].filter(Boolean).join(", ") });
  for (const { name, requests, lagMs } of points.values()) {
    const shown = { requests, lagMs: Math.min(lagMs, range.lagMs[1]) };
    const beyond = lagMs > range.lagMs[1] ? ` (${seconds(lagMs)} s)` : "";
    parts.push(`<path class="peer" d="M${place(x(requests) - 4)} ${place(y(shown.lagMs) - 4)}l8 8m0-8l-8 8"/>`, text(x(requests) + 8, y(shown.lagMs) - 7, `${name}${beyond}`));
  }
  lines.forEach(({ name, color }, at) => parts.push(text(size.width - size.right + 10, size.top + 14 + at * 20, name, `style="fill:${color}"`)));
  parts.push(text(size.width - size.right + 10, size.top + 14 + lines.length * 20, "● the default", 'class="note"'), text(size.width - size.right + 10, size.top + 34 + lines.length * 20, "✕ a peer", 'class="note"'));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="Lag against requests: jobs of ${jobs}">
<style>text{font:12px system-ui,sans-serif;fill:#59636e}.grid{stroke:#8a8f9840}.peer{stroke:#c2410c;stroke-width:2}@media(prefers-color-scheme:dark){text{fill:#a8b1bb}.peer{stroke:#fb923c}}</style>
${parts.join("\n")}
</svg>
`;
}

/** Plays the jobs, draws docs/polling.svg and fills the README's table; gives the whole table. */
export function measurePolling() {
  const rows = simulatePolling();
  fillBlock("polling", pollingSummary(rows));
  writeFileSync(`${root}docs/polling.svg`, pollingPlot(rows));
  return pollingTable(rows);
}
