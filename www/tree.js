// A body as a tree of folds. A branch is made when it is first opened, and stays open when a newer body takes its place.
import { byId, el } from "./dom.js";
import { bareUrl, counted } from "./units.js";

const fold = byId("body");
const place = fold.querySelector(".tree");
const longest = 120;
const atOnce = 100;

/** Paths of the branches that are open; the root is. */
const open = new Set([""]);
let body;
let drawn;

fold.addEventListener("toggle", draw);

/** @param {unknown} raw */
export function showBody(raw) {
  fold.hidden = raw === undefined;
  if (raw === body) return;
  body = raw;
  draw();
}

function draw() {
  if (!fold.open || drawn === body) return;
  drawn = body;
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.path : undefined;
  place.replaceChildren(...(body === undefined ? [] : [node(null, body, "")]));
  if (focused !== undefined) [...place.querySelectorAll("summary")].find(({ dataset }) => dataset.path === focused)?.focus();
}

function node(name, value, path) {
  const label = name === null ? [] : [el("span", { class: "name" }, name), ": "];
  return typeof value === "object" && value !== null ? branch(label, value, path) : el("div", { class: "leaf" }, ...label, leaf(value));
}

function branch(label, value, path) {
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? counted(entries.length, "item") : counted(entries.length, "field");
  const inside = el("div", { class: "inside" });
  const made = el("details", {}, el("summary", { "data-path": path }, ...label, el("span", { class: "size" }, Array.isArray(value) ? `[ ${size} ]` : `{ ${size} }`)), inside);
  const grow = () => {
    if (made.open) open.add(path);
    else open.delete(path);
    if (made.open && !inside.hasChildNodes()) more(inside, entries, path, 0);
  };
  made.addEventListener("toggle", grow);
  if (open.has(path)) {
    made.open = true;
    grow();
  }
  return made;
}

function more(inside, entries, path, from) {
  inside.append(...entries.slice(from, from + atOnce).map(([name, value]) => node(name, value, `${path}/${name}`)));
  const left = entries.length - from - atOnce;
  if (left <= 0) return;
  const button = el("button", { type: "button", class: "quiet" }, `Show ${Math.min(left, atOnce)} more of ${left}`);
  button.addEventListener("click", () => {
    button.remove();
    more(inside, entries, path, from + atOnce);
  });
  inside.append(button);
}

function leaf(value) {
  if (typeof value !== "string") return el("span", { class: value === null ? "null" : typeof value }, String(value));
  const short = shorten(value);
  if (short === value) return el("span", { class: "string" }, JSON.stringify(value));
  const text = el("span", { class: "string" }, JSON.stringify(short));
  const button = el("button", { type: "button", class: "quiet" }, `Show all ${value.length} characters`);
  button.addEventListener("click", () => {
    text.textContent = JSON.stringify(value);
    button.remove();
  });
  return el("span", {}, text, " ", button);
}

/** A long text by its start, an address without what may be its signature. */
function shorten(text) {
  if (/^https?:\/\/[^\s]+\?/.test(text) && URL.canParse(text)) return `${bareUrl(text)}?…`;
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
