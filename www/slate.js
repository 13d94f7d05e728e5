// The line under the film: state, progress, times, and what can be done now.
import { byId, write } from "./dom.js";
import { canStartAgain } from "./run.js";
import { failed, nameOf, nounOf, noteOf, stateOf } from "./status.js";
import { bytes, clock, percent, seconds } from "./units.js";

const state = byId("state");
const progress = byId("progress");
const loading = byId("loading");
const loadingBar = byId("loading-bar");
const act = { cancel: byId("cancel"), again: byId("again"), save: byId("save"), cancelLoading: byId("cancel-loading") };

/** @param {() => any} current the run on the page @param {(run: any) => void} again */
export function startSlate(current, again) {
  act.cancel.addEventListener("click", () => current().cancel());
  act.again.addEventListener("click", () => again(current()));
  act.save.addEventListener("click", () => current().clip.save());
  act.cancelLoading.addEventListener("click", () => current().clip.cancel());
}

export function showSlate(run) {
  const { phase, task, error, clip } = run;
  const { name, word } = stateOf(run);
  const focused = document.activeElement;
  state.dataset.state = name;
  state.querySelector("use").setAttribute("href", `#mark-${name}`);
  write(state.querySelector("strong"), word);
  write(state.querySelector(".raw"), rawWord(run));
  write(byId("note"), noteOf(run));
  showProgress(run);
  act.cancel.hidden = phase !== "watching";
  act.again.hidden = !canStartAgain(run);
  write(act.again, error?.code === "wait_timeout" ? "Wait again" : phase === "stopped" ? "Watch again" : "Try again");
  act.save.hidden = phase !== "done";
  write(act.save, clip?.wanted ? "Saves when loaded" : ["waiting", "loading", "ready"].includes(clip?.state) ? `Save ${nounOf(clip)}` : "Download and save");
  showLoading(clip);
  keepFocus(focused);
}

/** A button that goes away under the keyboard hands over to the one that comes. */
function keepFocus(before) {
  if (!Object.values(act).includes(before) || !before.hidden) return;
  [act.save, act.again, act.cancel].find((button) => !button.hidden)?.focus();
}

/** The relay's own word, where it is another one. */
function rawWord({ phase, task }) {
  const word = task?.rawStatus;
  return phase !== "problem" && word && word.toLowerCase() !== task.status ? `relay: ${word}` : "";
}

function showProgress({ phase, task }) {
  const part = phase === "done" ? 1 : task?.progress ?? null;
  if (part !== null) progress.value = part * 100;
  else if (phase === "watching") progress.removeAttribute("value");
  else progress.value = 0;
  progress.setAttribute("aria-valuetext", part === null ? "not told" : percent(part));
}

function showLoading(clip) {
  loading.hidden = !clip || clip.state === "waiting" || (clip.state === "ready" && !clip.wanted);
  if (loading.hidden) return;
  act.cancelLoading.hidden = clip.state !== "loading";
  if (clip.total) loadingBar.value = (clip.bytes / clip.total) * 100;
  else if (clip.state === "loading") loadingBar.removeAttribute("value");
  else loadingBar.value = 0;
  write(byId("loading-text"), loadingText(clip));
}

function loadingText({ state, bytes: count, total }) {
  const sizes = total ? `${bytes(count)} of ${bytes(total)}` : bytes(count);
  return { loading: `Loading ${sizes}`, stopped: `Download stopped at ${sizes}`, problem: `Download failed at ${sizes}` }[state];
}

/** The times, on every tick. */
export function tickSlate({ startedAt, endedAt, answers, nextPollAt, phase }) {
  const now = endedAt ?? Date.now();
  const last = answers.at(-1);
  const watching = phase === "watching";
  write(byId("elapsed"), clock(now - startedAt));
  write(byId("last-poll"), !last ? "none yet" : watching ? `${seconds(now - last.at)} ago` : `at ${clock(last.at - startedAt)}`);
  write(byId("next-poll"), !watching ? "none" : nextPollAt === null ? "under way" : `in ${seconds(Math.max(0, nextPollAt - now))}`);
  write(byId("answers"), !last ? "none yet" : `${answers.length}, last ${failed(last) ? nameOf(last) : `in ${Math.round(last.ms)} ms`}`);
}
