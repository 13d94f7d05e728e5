// The plot's polls as a table, for whoever cannot or will not read the picture. Filled only while it is open.
import { byId, el } from "./dom.js";
import { nameOf } from "./status.js";
import { percent, seconds } from "./units.js";

const fold = byId("polls");
const place = fold.querySelector("div");
let run = null;
let shown = "";

fold.addEventListener("toggle", update);

export function showPolls(next) {
  run = next;
  update();
}

function update() {
  if (!fold.open || !run) return;
  const rows = run.answers.map((answer) => [seconds(answer.at - run.startedAt), nameOf(answer), answer.status ?? "", percent(answer.progress)]);
  const text = rows.join("\n");
  if (text === shown) return;
  shown = text;
  place.replaceChildren(el("table", {},
    el("thead", {}, el("tr", {}, ...["Time", "Answer", "Status", "Progress"].map((word) => el("th", { scope: "col" }, word)))),
    el("tbody", {}, ...rows.map((words) => el("tr", {}, ...words.map((word) => el("td", {}, word)))))));
}
