// What a screen reader is told: of one task its state and every tenth percent, of several only who has ended.
import { byId, write } from "./dom.js";
import { nounOf, stateOf } from "./status.js";

const spoken = byId("spoken");
/** Several that end together are told together. */
const gatherMs = 1000;

let board = null;
/** By task id: the last word told, or known. */
let known = new Map();
let news = new Map();
let timer = null;

/** @param {any} next the board @param {any} run the one that is chosen */
export function speak(next, run) {
  if (next !== board) {
    board = next;
    known = new Map();
    news = new Map();
  }
  const several = board.runs.length > 1;
  for (const [at, one] of board.runs.entries()) {
    const word = wordOf(one);
    if (known.get(one.target.id) === word) continue;
    known.set(one.target.id, word);
    if (several && word) news.set(one.target.id, `Task ${at + 1}: ${word}.`);
  }
  if (!several) write(spoken, single(run));
  else if (news.size > 0) timer ??= setTimeout(tellNews, gatherMs);
}

function tellNews() {
  timer = null;
  if (board.runs.length < 2 || news.size === 0) return;
  const left = board.runs.filter(({ phase }) => phase === "watching").length;
  write(spoken, [...news.values(), left > 0 ? `${left} of ${board.runs.length} still under way.` : "All have ended."].join(" "));
  news = new Map();
}

/** Only ends: what goes on is for those who look. */
const wordOf = (run) => (run.phase === "watching" ? "" : [stateOf(run).word, run.clip?.wanted && loadingWord(run.clip)].filter(Boolean).join(", "));

const single = (run) => [stateOf(run).word, run.phase === "watching" && tenths(run.task?.progress), run.clip && loadingWord(run.clip)].filter(Boolean).join(", ");

function loadingWord(clip) {
  const noun = nounOf(clip);
  return { loading: `loading the ${noun}`, ready: `the ${noun} is ready`, stopped: "download stopped", problem: "download failed" }[clip.state];
}

/** Steps of ten: every single percent would never let a screen reader finish. */
const tenths = (part) => (typeof part === "number" && part > 0 ? `${Math.floor(part * 10) * 10} percent` : "");
