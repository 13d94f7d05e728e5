// The tasks that are watched at once, a row each: where each is, and what can be done with it. A row stays the element it was.
import { byId, el, svg, write } from "./dom.js";
import { canStartAgain } from "./run.js";
import { stateOf } from "./status.js";
import { clock, counted, percent } from "./units.js";

const section = byId("board");
const list = section.querySelector("ol");
const cancelAll = byId("cancel-all");
/** By task id. */
const rows = new Map();
let acts = null;

/** @param {{ choose: (id: string) => void, cancel: (id: string) => void, again: (id: string) => void, save: (id: string) => void, remove: (id: string) => void, cancelAll: () => void }} does */
export function startRows(does) {
  acts = does;
  cancelAll.addEventListener("click", does.cancelAll);
  list.addEventListener("keydown", step);
}

export function showRows({ runs }, chosen) {
  section.hidden = runs.length < 2;
  const held = holding();
  const left = [...rows].filter(([id]) => !runs.some(({ target }) => target.id === id));
  for (const [id, { item }] of left) {
    item.remove();
    rows.delete(id);
  }
  for (const [at, run] of runs.entries()) {
    const { id } = run.target;
    if (!rows.has(id)) rows.set(id, make(id));
    const { item } = rows.get(id);
    if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null);
    update(rows.get(id), run, at + 1, run === chosen);
  }
  write(byId("board-title"), counted(runs.length, "task"));
  write(byId("board-sum"), sumOf(runs));
  cancelAll.hidden = !runs.some(({ phase }) => phase === "watching");
  handOver(held);
}

export function tickRows({ runs }) {
  for (const { target, startedAt, endedAt } of runs) write(rows.get(target.id).elapsed, clock((endedAt ?? Date.now()) - startedAt));
}

function make(id) {
  const button = (name, act) => el("button", { type: "button", "data-act": name, click: () => act(id) });
  const mark = svg("use");
  const [word, part, elapsed] = ["word", "part", "elapsed"].map((name) => el("span", { class: name }));
  const bar = el("progress", { max: 100 });
  const pick = el("button", { type: "button", class: "pick", click: () => acts.choose(id) },
    svg("svg", { "aria-hidden": "true" }, mark), el("code", {}, id), word);
  const buttons = { cancel: button("cancel", acts.cancel), again: button("again", acts.again), save: button("save", acts.save), remove: button("remove", acts.remove) };
  const trouble = el("p", { class: "trouble" });
  const item = el("li", {}, pick, part, elapsed, el("div", { class: "acts" }, ...Object.values(buttons)), bar, trouble);
  return { item, pick, mark, word, part, elapsed, bar, buttons, trouble, error: null };
}

function update(row, run, number, chosen) {
  const { phase, task, error } = run;
  const { name, word } = stateOf(run);
  const part = phase === "done" ? 1 : task?.progress ?? null;
  row.item.dataset.state = name;
  row.mark.setAttribute("href", `#mark-${name}`);
  row.pick.setAttribute("aria-current", String(chosen));
  row.pick.setAttribute("aria-label", `Task ${number}, ${run.target.id}: ${word}`);
  write(row.word, word);
  write(row.part, percent(part));
  if (part === null && phase === "watching") row.bar.removeAttribute("value");
  else row.bar.value = (part ?? 0) * 100;
  row.bar.setAttribute("aria-label", `Progress of task ${number}`);
  row.bar.setAttribute("aria-valuetext", part === null ? "not told" : percent(part));
  const { cancel, again, save, remove } = row.buttons;
  label(cancel, "Cancel", number, phase === "watching");
  label(again, "Again", number, canStartAgain(run));
  label(save, "Save", number, phase === "done");
  label(remove, "Remove", number, phase !== "watching");
  showTrouble(row, error ?? run.clip?.error ?? null);
}

/** A button with its word, and for those who hear it the task it is for. */
function label(button, word, number, shown) {
  button.hidden = !shown;
  if (!button.firstChild) button.append(word, el("span", { class: "spoken" }));
  write(button.lastChild, ` task ${number}`);
}

function showTrouble(row, error) {
  row.trouble.hidden = !error;
  if (row.error === error) return;
  row.error = error;
  row.trouble.replaceChildren(...(error ? [el("code", {}, error.code ?? error.name), " ", error.server?.message ?? error.message, ...(error.hint ? [el("span", {}, error.hint)] : [])] : []));
}

/** "1 running, 2 succeeded", in the order of their first. */
function sumOf(runs) {
  const counts = new Map();
  for (const run of runs) {
    const word = stateOf(run).word.toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}

/** A control that goes away under the keyboard hands over: in its row, else to the row that takes its place. */
function handOver({ control, item, at }) {
  if (at < 0 && control === cancelAll && cancelAll.hidden) return list.querySelector(".pick")?.focus();
  if (at < 0 || (item.isConnected && !control.hidden)) return;
  const place = section.hidden ? document.querySelector("#run .slate") : item.isConnected ? item : list.children[Math.min(at, list.childElementCount - 1)];
  const next = place.querySelector(".acts button:not([hidden], [data-act='remove'])") ?? place.querySelector(".pick");
  next?.focus();
}

function holding() {
  const control = document.activeElement;
  const item = control.closest("#board li");
  return { control, item, at: [...list.children].indexOf(item) };
}

/** Up and down go from task to task. */
function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const picks = [...list.querySelectorAll(".pick")];
  const at = picks.indexOf(event.target);
  if (!by || at < 0 || !picks[at + by]) return;
  event.preventDefault();
  picks[at + by].focus();
}
