// The page: a board of runs, one of them chosen, shown by views that are functions of them.
import { readAddress, writeAddress } from "./address.js";
import { createBoard } from "./board.js";
import { startCode } from "./code.js";
import { byId } from "./dom.js";
import { fillForm, isFilled, readForm, setBases, startForm } from "./form.js";
import { logEvent, showLog } from "./log.js";
import { showOutputs } from "./outputs.js";
import { showPlot, tickPlot } from "./plot.js";
import { showPolls } from "./polls.js";
import { loadPresets, markPresets, showPresets } from "./presets.js";
import { showProblem } from "./problem.js";
import { showRows, startRows, tickRows } from "./rows.js";
import { onVideoError, scrollToFilm, showOnScreen } from "./screen.js";
import { showSlate, startSlate, tickSlate } from "./slate.js";
import { stateOf } from "./status.js";
import { showBody } from "./tree.js";
import { percent } from "./units.js";
import { speak } from "./voice.js";

const tickMs = 200;

let board = null;
/** The run whose details are on the page. */
let chosen = null;
let demo = null;
/** Of the page's own server, by the way it is asked: the simulated relay, and the proxy to it. */
let usual = { direct: null, proxy: new URL("relay", document.baseURI).href };

function watch(call) {
  board?.close();
  board = createBoard(call, { changed, loaded, heard: (run, event) => { if (run === chosen) logEvent(event); } });
  for (const task of call.tasks) board.add(task, call);
  byId("run").hidden = false;
  byId("main").classList.add("runs");
  choose(board.runs[0]);
  settle();
  scrollToFilm();
}

/** To the tasks that are watched, if they are of the same relay; what is chosen stays. */
function add(call) {
  if (!board?.takes(call)) return watch(call);
  for (const task of call.tasks) board.add(task, call);
  show();
  settle();
}

function again(run) {
  const next = board.again(run);
  if (run === chosen) choose(next);
  else show();
}

function remove(run) {
  const at = board.runs.indexOf(run);
  board.remove(run);
  if (run === chosen) choose(board.runs[at] ?? board.runs.at(-1));
  else show();
  settle();
}

function choose(run) {
  chosen = run;
  run.look();
  showLog(run);
  show();
}

/** What follows the tasks, and not how they fare. */
function settle() {
  writeAddress(board, usual[board.relay.via]);
  if (demo) markPresets(board.runs.map(({ target }) => target.id), demo.copyMark);
  showAdd();
}

const showAdd = () => { byId("add").hidden = !board?.takes(readForm()); };

function changed(run) {
  if (run === chosen) show();
  else showBoard();
}

/** What a download moves, as often as a chunk comes. */
function loaded(run) {
  if (run === chosen) showClip();
  showBoard();
}

function showClip() {
  showOnScreen(chosen);
  showSlate(chosen);
  showProblem(chosen.error ?? chosen.clip?.error ?? null, board.relay.via);
}

function showBoard() {
  showRows(board, chosen);
  tickRows(board);
  speak(board, chosen);
  document.title = `${titleOf()} · reelay`;
}

function show() {
  showClip();
  tickSlate(chosen);
  showPlot(chosen);
  showPolls(chosen);
  showOutputs(chosen);
  showBody(chosen.task?.raw);
  showBoard();
}

function titleOf() {
  const { runs } = board;
  if (runs.length > 1) return `${runs.filter(({ phase }) => phase !== "watching").length} of ${runs.length} ended`;
  return [stateOf(chosen).word, percent(chosen.task?.progress ?? null)].filter(Boolean).join(" ");
}

function tick() {
  if (!board) return;
  tickRows(board);
  if (chosen.endedAt) return;
  tickSlate(chosen);
  tickPlot();
}

const runPreset = (act) => (preset) => {
  const { via } = readForm();
  fillForm({ ids: [preset.id], format: preset.format, prefix: "", baseUrl: usual[via], key: demo.key });
  act(readForm());
};

async function start() {
  startForm({ watch, add, moved: showAdd });
  startSlate(() => chosen, again);
  const onRow = (act) => (id) => act(board.runs.find(({ target }) => target.id === id));
  startRows({
    choose: onRow(choose), cancel: onRow((run) => run.cancel()), again: onRow(again), save: onRow((run) => run.clip.save()),
    remove: onRow(remove), cancelAll: () => board.cancel(),
  });
  startCode(() => ({ ...readForm(), runs: board?.runs ?? [] }));
  onVideoError(() => {
    if (!chosen.unplayable()) byId("note").textContent = "This browser cannot play the video; saving it works all the same.";
  });
  setInterval(tick, tickMs);

  demo = await loadPresets();
  if (demo) {
    usual = { direct: new URL(".", document.baseURI).href.replace(/\/$/, ""), proxy: new URL(demo.proxy, document.baseURI).href };
    setBases(usual);
    fillForm({ key: demo.key });
    showPresets(demo, { run: runPreset(watch), add: runPreset(add) });
  }
  const { via, baseUrl, prefix, tasks } = readAddress();
  fillForm({ via, baseUrl, prefix, ids: tasks.map(({ id }) => id), format: tasks[0]?.format });
  // The demo's key is for the demo's relay alone.
  if (baseUrl && baseUrl !== usual[via]) fillForm({ key: "" });
  // The form has one format for all; a link may name one for each.
  if (tasks.length > 0 && isFilled()) watch({ ...readForm(), tasks });
}

await start();
