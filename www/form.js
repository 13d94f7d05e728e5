// The form: which task, of which relay, with which key. The key lives in its field and nowhere else.
import { byId, el, write } from "./dom.js";
import { formats } from "./package.js";
import { hostOf } from "./units.js";

const form = byId("form");
const field = {
  baseUrl: byId("base"), key: byId("key"), id: byId("id"), format: byId("format"),
  pollMin: byId("poll-min"), pollMax: byId("poll-max"), giveUp: byId("give-up"),
};

/**
 * @typedef {object} Target
 * @property {string} baseUrl
 * @property {string} key
 * @property {string} id
 * @property {string} format
 * @property {{ minMs: number, maxMs: number }} poll
 * @property {number} timeoutMs
 */

/** @returns {Target} */
function values() {
  const [shorter, longer] = [field.pollMin, field.pollMax].map((input) => input.valueAsNumber * 1000).sort((a, b) => a - b);
  return {
    baseUrl: field.baseUrl.value.trim(), key: field.key.value.trim(), id: field.id.value.trim(), format: field.format.value,
    poll: { minMs: shorter, maxMs: longer },
    timeoutMs: field.giveUp.valueAsNumber * 60_000,
  };
}

/**
 * Only what is given is filled in; a format that the list has not is left alone.
 * @param {{ baseUrl?: string | null, key?: string, id?: string | null, format?: string | null }} target
 */
export function fillForm({ baseUrl, key, id, format }) {
  if (baseUrl) field.baseUrl.value = baseUrl;
  if (key !== undefined) field.key.value = key;
  if (id) field.id.value = id;
  if ([...field.format.options].some((option) => option.value === format)) field.format.value = format;
  tellWhereKeyGoes();
}

/** As a press of the button. */
export const submitForm = () => form.requestSubmit();

export const focusKey = () => field.key.focus();

/** @param {(target: Target) => void} watch */
export function startForm(watch) {
  field.format.append(...formats.map((name) => el("option", { value: name }, name)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    watch(values());
  });
  // A field in a closed fold could not say what is wrong with it.
  form.addEventListener("invalid", (event) => event.target.closest("details")?.setAttribute("open", ""), true);
  field.baseUrl.addEventListener("input", tellWhereKeyGoes);
  byId("reveal").addEventListener("click", reveal);
}

function reveal() {
  const shown = field.key.type === "password";
  field.key.type = shown ? "text" : "password";
  byId("reveal").setAttribute("aria-pressed", String(shown));
}

function tellWhereKeyGoes() {
  write(byId("key-goes-to"), hostOf(field.baseUrl.value) || "the base URL");
}
