// The simulated relay's tasks, where the page's server has one.
import { byId, el } from "./dom.js";

const panel = byId("presets");
const first = byId("first-preset");

/** What the server has to try, or null where the page is served without a simulated relay. */
export async function loadPresets() {
  try {
    const response = await fetch("presets.json");
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/**
 * @param {{ presets: { id: string, format: string, title: string, shows: string }[], copyMark: string }} demo
 * @param {Record<"run" | "add", (preset: { id: string, format: string }) => void>} acts
 */
export function showPresets({ presets, copyMark }, { run, add }) {
  // A run of its own: the same task can be watched again from its beginning.
  const own = (preset) => ({ ...preset, id: preset.id + copyMark + crypto.getRandomValues(new Uint32Array(1))[0].toString(36) });
  const start = (preset) => () => run(own(preset));
  panel.querySelector("ul").append(...presets.map((preset, at) => el("li", {},
    el("button", { type: "button", class: "start", "data-id": preset.id, click: start(preset) }, el("b", { id: `preset-${at}` }, preset.title), el("span", {}, preset.shows)),
    el("button", { type: "button", class: "beside", "aria-label": "Add to the list", "aria-describedby": `preset-${at}`, click: () => add(own(preset)) }, "+"))));
  panel.hidden = false;
  first.addEventListener("click", start(presets[0]));
  first.hidden = false;
}

/** Marks the presets that the tasks are runs of. */
export function markPresets(ids, copyMark) {
  const running = new Set(ids.map((id) => id.split(copyMark)[0]));
  for (const button of panel.querySelectorAll(".start")) {
    if (running.has(button.dataset.id)) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}
