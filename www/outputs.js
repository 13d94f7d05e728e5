// What a finished task has to give. An address may be signed, so only its origin and path are shown.
import { byId, el } from "./dom.js";
import { bareUrl } from "./units.js";

const section = byId("outputs");
const place = section.querySelector("div");
let shown = null;

export function showOutputs({ phase, task }) {
  section.hidden = phase !== "done";
  if (phase !== "done" || task === shown) return;
  shown = task;
  place.replaceChildren(task.outputs.length > 0
    ? el("ul", {}, ...task.outputs.map(row))
    : el("p", { class: "hint" }, "The relay names no address; the video was behind its content path."));
}

function row({ kind, url }, index) {
  const button = el("button", { type: "button", "aria-label": `Copy the address of output ${index + 1}` }, "Copy");
  button.addEventListener("click", () => copy(url, button));
  return el("li", {}, el("span", { class: "kind" }, kind), el("code", {}, bareUrl(url)), button);
}

async function copy(url, button) {
  const said = await navigator.clipboard.writeText(url).then(() => "Copied", () => "Not allowed");
  button.replaceChildren(el("span", { role: "status" }, said));
  setTimeout(() => button.replaceChildren("Copy"), 2000);
}
