// Progress over time, every poll marked: our own SVG, redrawn when there is news, its clock hand moved on every tick.
import { byId, svg } from "./dom.js";
import { failed, nameOf } from "./status.js";
import { counted, percent, seconds } from "./units.js";

const place = byId("plot");
const height = 220;
const space = { left: 46, right: 14, top: 28, bottom: 40 };
/** Seconds that the axis may span, and between two of its numbers. */
const spans = [[10, 2], [20, 5], [30, 5], [60, 10], [120, 20], [300, 60], [600, 120], [1200, 240], [2400, 480], [3600, 600], [7200, 1200], [86400, 14400]];

let run = null;
let drawn = { width: 0, span: 0, hand: null, band: null };

export function showPlot(next) {
  run = next;
  draw();
}

/** The axis grows with the time; the hand and the last band go with the clock. */
export function tickPlot() {
  if (spanOf(elapsed())[0] !== drawn.span) draw();
  drawn.hand?.setAttribute("transform", `translate(${xOf(elapsed())} 0)`);
  drawn.band?.path.setAttribute("d", bandTo(drawn.band.from, xOf(elapsed())));
}

new ResizeObserver(() => { if (run && place.clientWidth !== drawn.width) draw(); }).observe(place);

const elapsed = () => ((run.endedAt ?? Date.now()) - run.startedAt) / 1000;
const spanOf = (time) => spans.find(([span]) => span >= time * 1.04) ?? [Math.ceil(time / 86400) * 86400, 86400];
const xOf = (time) => space.left + (time / drawn.span) * (drawn.width - space.left - space.right);
const yOf = (part) => height - space.bottom - part * (height - space.bottom - space.top);

function draw() {
  const width = place.clientWidth;
  if (width === 0) return;
  const [span, every] = spanOf(elapsed());
  drawn = { width, span, hand: null, band: null };
  const points = run.answers.map((answer) => ({ ...answer, time: (answer.at - run.startedAt) / 1000 }));
  const told = points.filter(({ progress }) => progress !== null);
  drawn.hand = svg("g", { class: "hand", transform: `translate(${xOf(elapsed())} 0)` }, svg("path", { d: `M0 ${space.top}V${height - space.bottom}` }));
  const about = describe(points);
  place.replaceChildren(svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": about },
    ...grid(width, span, every), ...bands(points), ...line(told), drawn.hand, ...points.map(mark)));
}

function grid(width, span, every) {
  const parts = [];
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(svg("path", { class: part === 0 ? "axis" : "grid", d: `M${space.left} ${yOf(part)}H${width - space.right}` }));
    parts.push(svg("text", { class: "y", x: space.left - 8, y: yOf(part) }, percent(part)));
  }
  // Numbers need room: on a narrow screen every other one is left out.
  const step = (every / span) * (width - space.left - space.right) < 34 ? every * 2 : every;
  for (let time = 0; time <= span; time += step) {
    parts.push(svg("path", { class: "axis", d: `M${xOf(time)} ${yOf(0)}v5` }));
    parts.push(svg("text", { class: "x", x: xOf(time), y: yOf(0) + 18 }, String(time)));
  }
  parts.push(svg("text", { class: "x title", x: (space.left + width - space.right) / 2, y: height - 4 }, "seconds since the first question"));
  return parts;
}

/** Which status it had when, in words above the line. */
function bands(points) {
  const known = points.filter(({ status }) => status);
  const starts = known.filter((point, i) => point.status !== known[i - 1]?.status);
  return starts.flatMap((point, i) => {
    const next = starts[i + 1];
    const [from, to] = [xOf(point.time), xOf(next?.time ?? elapsed())];
    const path = svg("path", { class: "band", "data-state": point.status, d: bandTo(from, to) });
    if (!next) drawn.band = { path, from };
    // A word needs room; the last one may go on into what is to come.
    const room = (next ? to : drawn.width) - from;
    return [path, svg("text", { class: "band", x: from + 3, y: space.top - 14 }, room > point.status.length * 7 ? point.status : "")];
  });
}

const bandTo = (from, to) => `M${from} ${space.top - 8}H${Math.max(to, from + 3)}`;

function line(told) {
  if (told.length === 0) return [];
  const path = told.map(({ time, progress }, i) => `${i ? "L" : "M"}${xOf(time).toFixed(1)} ${yOf(progress).toFixed(1)}`).join("");
  const area = `${path}V${yOf(0)}H${xOf(told[0].time).toFixed(1)}Z`;
  return [svg("path", { class: "area", d: area }), svg("path", { class: "line", d: path })];
}

function mark(point) {
  const [x, y] = [xOf(point.time), yOf(point.progress ?? 0)];
  const final = point.status && !["queued", "running", "unknown"].includes(point.status);
  const kind = failed(point) ? "bad" : final ? "final" : "good";
  const shape = {
    bad: () => svg("path", { d: `M${x - 4} ${y - 4}l8 8m0-8l-8 8` }),
    final: () => svg("path", { d: `M${x} ${y - 6}l6 6l-6 6l-6-6z` }),
    good: () => svg("circle", { cx: x, cy: y, r: 4 }),
  }[kind]();
  return svg("g", { class: `mark ${kind}` }, svg("title", {}, wordsOf(point)), shape);
}

const wordsOf = (point) => [seconds(point.time * 1000), nameOf(point), point.status, percent(point.progress)].filter(Boolean).join(", ");

/** What the picture says, in one sentence. */
function describe(points) {
  const last = points.findLast(({ status }) => status);
  const bad = points.filter(failed).length;
  const end = last ? `; ${[last.status, percent(last.progress)].filter(Boolean).join(" at ")} after ${seconds(last.time * 1000)}` : "";
  return `Progress in percent over seconds: ${counted(points.length, "poll")}${bad ? `, ${bad} of them failed` : ""}${end}.`;
}
