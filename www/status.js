// What the state of a run is called. Its colour and mark have the same name in the style sheets and in index.html.
import { hostOf } from "./units.js";

const words = {
  asking: "Asking", queued: "Queued", running: "Running", succeeded: "Succeeded", failed: "Failed", expired: "Expired",
  unknown: "Unknown word", stopped: "Stopped",
};

/** Errors that leave the task as it is; any other code is told as it stands, further down. */
const endings = {
  auth: "Key refused", not_found: "No such task", network: "No answer", timeout: "No answer in time", rate_limited: "Too many requests",
  insufficient_funds: "No funds", rejected: "Refused", server: "Relay in trouble", unexpected_response: "Not understood",
};

/** @returns {{ name: string, word: string }} */
export function stateOf({ phase, task, error, target }) {
  if (phase === "stopped") return { name: "stopped", word: words.stopped };
  if (error?.code === "wait_timeout") return { name: "stopped", word: "Time is up" };
  if (error?.code === "auth" && target.via === "proxy") return { name: "failed", word: "Not allowed" };
  if (error && !["task_failed", "task_expired"].includes(error.code)) return { name: "failed", word: endings[error.code] ?? "Error" };
  const name = task?.status ?? "asking";
  return { name, word: words[name] };
}

/** One sentence for the line under the state; empty when the state says it all. */
export function noteOf({ phase, task, target, answers, clip }) {
  const last = answers.at(-1);
  if (phase === "stopped") return "No more questions are asked. The task itself goes on at the relay, and can be watched again.";
  if (phase === "done") return clip.streamed && clip.state === "ready" ? streamNote : clipNotes[clip.state](nounOf(clip));
  if (phase === "problem") return "";
  if (last && failed(last)) return `The last answer was ${nameOf(last)}; reelay goes on asking.`;
  if (!task) return `Asking ${hostOf(target.baseUrl) ?? "the relay"} for the task.`;
  if (task.status === "unknown") return "A word that no list knows is not an end; reelay goes on asking.";
  return "";
}

const streamNote = "The video plays through the proxy, which passes ranges on: you can seek before it is whole.";
const clipNotes = {
  waiting: (noun) => `The task is done; its ${noun} is fetched when it is looked at.`,
  loading: (noun) => `The task is done; its ${noun} is on the way.`,
  ready: (noun) => `The ${noun} is here: it ${noun === "picture" ? "is shown" : "plays"} from memory, and can be saved.`,
  stopped: (noun) => `The task is done; its ${noun} can be fetched again.`,
  problem: (noun) => `The task is done; its ${noun} could not be fetched, and can be tried again.`,
};

/** What the task has made. */
export const nounOf = (clip) => ({ audio: "sound", image: "picture", cover: "picture" })[clip?.kind] ?? "video";

/** @param {import("./run.js").Answer} answer */
export const failed = ({ httpStatus }) => httpStatus === null || httpStatus >= 400;

/** "HTTP 503", "too late", "missing". */
export const nameOf = ({ httpStatus, error }) => (httpStatus !== null ? `HTTP ${httpStatus}` : error === "timeout" ? "too late" : "missing");
