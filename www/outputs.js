// What a finished task has to give. An address may be signed, so only its origin and path are shown.
import { toClipboard } from "./clipboard.js";
import { byId, el } from "./dom.js";
import { bareUrl } from "./units.js";

const section = byId("outputs");
const place = section.querySelector("div");
let shown = null;

export function showOutputs({ phase, task, media }) {
  section.hidden = phase !== "done";
  if (phase !== "done") return;
  if (task !== shown) {
    shown = task;
    place.replaceChildren(task.outputs.length > 0
      ? el("ul", {}, ...task.outputs.map(row))
      : el("p", { class: "hint" }, "The relay names no address; the video was behind its content path."));
  }
  for (const [index, item] of media.items.entries()) showMedium(place.querySelectorAll("li")[index], item, index);
}

function row({ kind, url }, index) {
  const button = el("button", { type: "button", "aria-label": `Copy the address of output ${index + 1}` }, "Copy");
  button.addEventListener("click", () => copy(url, button));
  return el("li", {}, el("span", { class: "kind" }, kind), el("code", {}, bareUrl(url)), button);
}

/** A sound to play, a still to see; the film is on the screen. */
function showMedium(item, { kind, url, failed }, index) {
  const there = item.querySelector(".medium");
  if (there || (!url && !failed)) return;
  const name = `Output ${index + 1}: ${kind}`;
  item.append(failed ? el("p", { class: "medium hint" }, "It could not be fetched.")
    : kind === "audio" ? el("audio", { class: "medium", controls: true, src: url, "aria-label": name })
    : el("img", { class: "medium", src: url, alt: name }));
}

async function copy(url, button) {
  const said = await toClipboard(url) ? "Copied" : "Not allowed";
  button.replaceChildren(el("span", { role: "status" }, said));
  setTimeout(() => button.replaceChildren("Copy"), 2000);
}
