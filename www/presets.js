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
 * @param {(preset: { id: string, format: string }) => void} run
 */
export function showPresets({ presets, copyMark }, run) {
  const start = (preset) => () => {
    // A run of its own: the same task can be watched again from its beginning.
    run({ ...preset, id: preset.id + copyMark + crypto.getRandomValues(new Uint32Array(1))[0].toString(36) });
  };
  panel.querySelector("ul").append(...presets.map((preset) => el("li", {},
    el("button", { type: "button", "data-id": preset.id, click: start(preset) }, el("b", {}, preset.title), el("span", {}, preset.shows)))));
  panel.hidden = false;
  first.addEventListener("click", start(presets[0]));
  first.hidden = false;
}

/** Marks the preset that a task is a run of. */
export function markPreset(id, copyMark) {
  for (const button of panel.querySelectorAll("button")) {
    const current = id.split(copyMark)[0] === button.dataset.id;
    button.toggleAttribute("aria-current", current);
    if (current) button.setAttribute("aria-current", "true");
  }
}
