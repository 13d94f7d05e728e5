// An error, whole: what happened, what to do, and what the relay itself said.
import { byId, el } from "./dom.js";
import { focusKey } from "./form.js";
import { bytes, seconds } from "./units.js";

const section = byId("problem");
let shown = null;

/** @param {any} error @param {"direct" | "proxy"} via */
export function showProblem(error, via) {
  section.hidden = !error;
  if (error === shown) return;
  shown = error;
  // Nothing is lost: the task goes on.
  section.classList.toggle("mild", error?.code === "wait_timeout");
  section.replaceChildren(...(error ? [el("div", { role: "alert" }, ...told(error, via)), facts(error)] : []));
}

function told(error, via) {
  return [
    el("p", { class: "code" }, el("code", {}, error.code ?? error.name)),
    el("h2", {}, error.message),
    ...(error.server?.message && !error.message.includes(error.server.message) ? [el("blockquote", {}, error.server.message)] : []),
    ...(error.hint ? [el("p", { class: "advice" }, el("b", {}, "What to do: "), error.hint)] : []),
    ...(error.code === "auth" && via === "direct" ? [el("button", { type: "button", click: focusKey }, "Change the key")] : []),
  ];
}

function facts({ httpStatus, server, requestId, retryAfterMs, seen, bytes: count, ref }) {
  const rows = [
    ["HTTP status", httpStatus],
    ["The relay's code", server?.code],
    ["Request id", requestId],
    ["Relay asks to wait", retryAfterMs && seconds(retryAfterMs)],
    ["Seen while waiting", seen && Object.entries(seen).map(([what, times]) => `${what}: ${times}`).join(", ")],
    ["Delivered", count && bytes(count)],
    ["Task", ref?.id],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== 0);
  return el("dl", {}, ...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
}
