// The form: which tasks, of which relay, by which way, with which key. The key lives in its field and nowhere else.
import { byId, el, write } from "./dom.js";
import { formats } from "./package.js";
import { hostOf } from "./units.js";

const form = byId("form");
const field = {
  baseUrl: byId("base"), key: byId("key"), ids: byId("id"), format: byId("format"), prefix: byId("prefix"),
  pollMin: byId("poll-min"), pollMax: byId("poll-max"), giveUp: byId("give-up"),
};
const ways = { direct: byId("via-direct"), proxy: byId("via-proxy") };
/** The base URL of the way that is not chosen. */
const bases = { direct: "", proxy: new URL("relay", document.baseURI).href };
const mostRows = 8;

/**
 * All that the form says.
 * @typedef {import("./board.js").Relay & { tasks: { id: string, format: string }[], poll: { minMs: number, maxMs: number }, timeoutMs: number, behind: { baseUrl: string, format: string, prefix: string } }} Call
 * `behind`: the relay itself, as far as the page knows it, where the base URL is a proxy's
 */

/** @returns {Call} */
export function readForm() {
  const [shorter, longer] = [field.pollMin, field.pollMax].map((input) => input.valueAsNumber * 1000).sort((a, b) => a - b);
  const proxied = ways.proxy.checked;
  const baseUrl = field.baseUrl.value.trim();
  const chosen = field.format.value;
  const behind = { baseUrl: proxied ? bases.direct : baseUrl, format: chosen, prefix: chosen === "auto" ? "" : field.prefix.value.trim() };
  // A proxy tells every relay's tasks in one and the same way.
  const { format, prefix } = proxied ? { format: "auto", prefix: "" } : behind;
  return {
    via: proxied ? "proxy" : "direct", baseUrl, format, prefix, behind,
    key: proxied ? "" : field.key.value.trim(),
    tasks: ids().map((id) => ({ id, format })),
    poll: { minMs: shorter, maxMs: longer },
    timeoutMs: field.giveUp.valueAsNumber * 60_000,
  };
}

/** One a line; each once. */
const ids = () => [...new Set(field.ids.value.split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean))];

/**
 * Only what is given is filled in; a format that the list has not is left alone.
 * @param {{ via?: "direct" | "proxy", baseUrl?: string | null, key?: string, ids?: string[], format?: string | null, prefix?: string }} target
 */
export function fillForm({ via, baseUrl, key, ids, format, prefix }) {
  if (via && !ways[via].checked) {
    ways[via].checked = true;
    turn();
  }
  if (baseUrl) field.baseUrl.value = baseUrl;
  if (key !== undefined) field.key.value = key;
  if (ids?.length > 0) field.ids.value = ids.join("\n");
  if ([...field.format.options].some((option) => option.value === format)) field.format.value = format;
  if (prefix !== undefined) field.prefix.value = prefix;
  refresh();
}

/** Where the page's own server has a relay, and a proxy to it. */
export function setBases({ direct, proxy }) {
  Object.assign(bases, { direct, proxy });
  field.baseUrl.value = bases[ways.proxy.checked ? "proxy" : "direct"];
  refresh();
}

/** Says what is missing, if something is. */
export const isFilled = () => form.reportValidity();

export const focusKey = () => field.key.focus();

/** @param {{ watch: (call: Call) => void, add: (call: Call) => void, moved: () => void }} acts `moved`: a field has another value */
export function startForm({ watch, add, moved }) {
  field.format.append(...formats.map((name) => el("option", { value: name }, name)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    (event.submitter?.id === "add" ? add : watch)(readForm());
  });
  // A field in a closed fold could not say what is wrong with it.
  form.addEventListener("invalid", (event) => event.target.closest("details")?.setAttribute("open", ""), true);
  for (const way of Object.values(ways)) way.addEventListener("change", turn);
  form.addEventListener("input", () => {
    refresh();
    moved();
  });
  // Enter ends a line; with Ctrl or Cmd it sends.
  field.ids.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  byId("reveal").addEventListener("click", reveal);
  refresh();
}

function reveal() {
  const shown = field.key.type === "password";
  field.key.type = shown ? "text" : "password";
  byId("reveal").setAttribute("aria-pressed", String(shown));
}

/** Each way keeps its own base URL. */
function turn() {
  const [from, to] = ways.proxy.checked ? ["direct", "proxy"] : ["proxy", "direct"];
  bases[from] = field.baseUrl.value.trim();
  field.baseUrl.value = bases[to];
  refresh();
}

function refresh() {
  const proxied = ways.proxy.checked;
  byId("key-part").hidden = proxied;
  byId("proxy-part").hidden = !proxied;
  write(byId("key-goes-to"), hostOf(field.baseUrl.value) || "the base URL");
  write(byId("proxy-at"), field.baseUrl.value.trim() || "the base URL");
  byId("format-part").hidden = proxied;
  byId("prefix-part").hidden = field.format.value === "auto";
  field.ids.rows = Math.min(Math.max(field.ids.value.split("\n").length, 1), mostRows);
  field.ids.setCustomValidity(field.ids.value && ids().length === 0 ? "Give at least one task id." : "");
}
