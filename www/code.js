// The call on the page as code to copy: a dialog with a tab for each place where it can run.
import { toClipboard } from "./clipboard.js";
import { byId, el, write } from "./dom.js";
import { literal, page, program, shell } from "./recipes.js";
import { server } from "./server.js";
import { tinted } from "./tint.js";
import { mark, requestsOf } from "./wire.js";

const dialog = byId("code");
const listing = byId("listing");
const code = listing.querySelector("code");
const copy = byId("copy-code");
const shownMs = 2000;

/** Where the page's code has its proxy, unless the call names one on the page's own origin. */
const usualMount = "/relay";

const tabs = {
  page: { word: "Page", note: "npm install reelay, with any bundler or an import map; the Server tab has its proxy.", write: (call) => page(call, mountOf(call)) },
  program: {
    word: "Node", note: "npm install reelay, then: RELAY_KEY=… node call.mjs. Deno and Bun run it, too.", write: program,
  },
  shell: { word: "curl", note: "In a shell: export RELAY_KEY=… first. What a relay answers, its format's page tells.", write: async (call) => shell(await requestsOf(call), mark) },
  server: { word: "Server", note: "npm install reelay, then: RELAY_KEY=… node server.mjs. The proxy that a page needs.", write: (call) => server(call, pathOf(call)) },
};

let current = () => null;
let chosen = "program";
/** Of the last listing: an earlier one may come later. */
let turn = 0;

/** @param {() => any} call what the form says, and the runs on the page */
export function startCode(call) {
  current = call;
  const list = dialog.querySelector("[role=tablist]");
  list.append(...Object.entries(tabs).map(([name, { word }]) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "listing", click: () => choose(name) }, word)));
  list.addEventListener("keydown", step);
  byId("show-code").addEventListener("click", () => open(chosen));
  byId("show-server").addEventListener("click", () => open("server"));
  byId("close-code").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", closeFromBeside);
  dialog.addEventListener("input", show);
  copy.addEventListener("click", copyIt);
}

function open(name) {
  dialog.showModal();
  choose(name);
}

/** A click on the backdrop meets the dialog itself, as one on its edge does. */
function closeFromBeside({ target, clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  if (target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom)) dialog.close();
}

function choose(name) {
  chosen = name;
  for (const tab of Object.keys(tabs)) {
    byId(`tab-${tab}`).setAttribute("aria-selected", String(tab === name));
    byId(`tab-${tab}`).tabIndex = tab === name ? 0 : -1;
  }
  listing.setAttribute("aria-labelledby", `tab-${name}`);
  write(byId("code-note"), tabs[name].note);
  void show();
}

async function show() {
  const mine = ++turn;
  const call = callOf(current());
  byId("order").hidden = call.deed !== "create";
  write(byId("copied"), "");
  let text;
  try {
    if (call.deed !== "create" && call.tasks.length === 0) throw new Error("Give a task id first, or let it create one.");
    if (!call.baseUrl) throw new Error("Give a base URL first.");
    text = await tabs[chosen].write(call);
  } catch (error) {
    if (mine !== turn) return;
    copy.hidden = true;
    return code.replaceChildren(el("span", { class: "comment" }, [error.message, error.hint].filter(Boolean).join(" ")));
  }
  if (mine !== turn) return;
  copy.hidden = false;
  code.replaceChildren(...tinted(text));
}

/** The tasks are those on the page, unless the form names others. */
function callOf({ runs, ...call }) {
  const deed = dialog.querySelector("[name=deed]:checked").value;
  const watched = runs.map(({ target, task }) => ({ id: target.id, format: target.format, found: task?.ref.format }));
  const known = call.tasks.every(({ id }) => watched.some((task) => task.id === id));
  return { ...call, deed, tasks: known ? watched : call.tasks, model: byId("model").value, prompt: byId("prompt").value };
}

function pathOf({ via, baseUrl }) {
  if (via !== "proxy" || !URL.canParse(baseUrl)) return usualMount;
  return new URL(baseUrl).pathname.replace(/\/$/, "") || usualMount;
}

/** As an expression: on the page's own origin a path is enough. */
function mountOf(call) {
  const elsewhere = call.via === "proxy" && URL.canParse(call.baseUrl) && new URL(call.baseUrl).origin !== location.origin;
  return elsewhere ? literal(call.baseUrl) : `new URL(${literal(pathOf(call))}, location.href)`;
}

async function copyIt() {
  const said = await toClipboard(code.textContent) ? "Copied" : "Selected: copy it with the keyboard";
  if (said !== "Copied") getSelection().selectAllChildren(code);
  write(copy, said);
  write(byId("copied"), said);
  setTimeout(() => write(copy, "Copy"), shownMs);
}

/** Left and right go from tab to tab. */
function step(event) {
  const names = Object.keys(tabs);
  const by = { ArrowRight: 1, ArrowLeft: -1, Home: -names.length, End: names.length }[event.key];
  if (!by) return;
  event.preventDefault();
  const at = names.indexOf(chosen);
  const next = Math.abs(by) === 1 ? (at + by + names.length) % names.length : by < 0 ? 0 : names.length - 1;
  choose(names[next]);
  byId(`tab-${names[next]}`).focus();
}
