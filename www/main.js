// The page: one run at a time, shown by views that are functions of it.
import { readAddress, writeAddress } from "./address.js";
import { byId } from "./dom.js";
import { fillForm, startForm, submitForm } from "./form.js";
import { clearLog, logEvent } from "./log.js";
import { showOutputs } from "./outputs.js";
import { showPlot, tickPlot } from "./plot.js";
import { showPolls } from "./polls.js";
import { loadPresets, markPreset, showPresets } from "./presets.js";
import { showProblem } from "./problem.js";
import { createRun } from "./run.js";
import { onVideoError, scrollToFilm, showOnScreen } from "./screen.js";
import { showSlate, startSlate, tickSlate } from "./slate.js";
import { stateOf } from "./status.js";
import { showBody } from "./tree.js";
import { percent } from "./units.js";

const tickMs = 200;

let run = null;
let demo = null;
/** Of the simulated relay beside the page. */
let usualBase = null;

function watch(target, before) {
  run?.close();
  const next = createRun(target, {
    before,
    heard: (event) => { if (run === next) logEvent(event); },
    changed: () => { if (run === next) show(); },
    loaded: () => { if (run === next) showClip(); },
  });
  run = next;
  if (!before) clearLog(run.startedAt);
  void run.watch();
  writeAddress(target, usualBase);
  if (demo) markPreset(target.id, demo.copyMark);
  byId("run").hidden = false;
  byId("main").classList.add("runs");
  show();
  scrollToFilm();
}

/** What a download moves, as often as a chunk comes. */
function showClip() {
  showOnScreen(run);
  showSlate(run);
  showProblem(run.error ?? run.clip?.error ?? null);
}

function show() {
  showClip();
  tickSlate(run);
  showPlot(run);
  showPolls(run);
  showOutputs(run);
  showBody(run.task?.raw);
  document.title = `${[stateOf(run).word, percent(run.task?.progress ?? null)].filter(Boolean).join(" ")} · reelay`;
}

function tick() {
  tickSlate(run);
  tickPlot();
}

function runPreset(preset) {
  fillForm({ ...preset, baseUrl: usualBase, key: demo.key });
  submitForm();
}

async function start() {
  startForm((target) => watch(target));
  startSlate(() => run, () => watch(run.target, run));
  onVideoError(() => { byId("note").textContent = "This browser cannot play the video; saving it works all the same."; });
  setInterval(() => { if (run && !run.endedAt) tick(); }, tickMs);

  demo = await loadPresets();
  if (demo) {
    usualBase = new URL(".", document.baseURI).href.replace(/\/$/, "");
    fillForm({ baseUrl: usualBase, key: demo.key });
    showPresets(demo, runPreset);
  }
  const asked = readAddress();
  // The demo's key is for the demo's relay alone.
  if (asked.baseUrl && asked.baseUrl !== usualBase) fillForm({ key: "" });
  fillForm(asked);
  if (asked.id) submitForm();
}

await start();
