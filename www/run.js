// One run: a task watched from the first request to the film. Plain state; `changed` is told whenever it moves.
import { createClip } from "./clip.js";
import { createMedia } from "./media.js";
import { createStream } from "./stream.js";

/** After these the same question has the same answer: something must be changed first. */
const pointless = ["invalid_argument", "auth", "unsafe_url", "wasm_unavailable", "no_output", "task_failed", "task_expired"];

/**
 * One answer of the relay, or its absence.
 * @typedef {object} Answer
 * @property {number} at
 * @property {number | null} httpStatus
 * @property {string | null} error "network" or "timeout"
 * @property {number} ms
 * @property {string | null} status of the task, as known after it
 * @property {number | null} progress
 */

/**
 * What is watched, and how.
 * @typedef {object} Target
 * @property {string} id
 * @property {string} format
 * @property {string} baseUrl
 * @property {"direct" | "proxy"} via
 * @property {{ minMs: number, maxMs: number }} poll
 * @property {number} timeoutMs
 */

/**
 * @param {Target} target
 * @param {{ client: () => any, asked: any, changed: () => void, loaded: () => void, note: (event: object) => void, before?: any }} options
 * `asked`: the id, or a ref; `loaded`: only the download has moved; `note`: into the log; `before`: a run that this one goes on with
 */
export function createRun(target, { client, asked, changed, loaded, note, before }) {
  const stop = new AbortController();
  const { signal } = stop;
  const run = {
    target,
    asked,
    /** @type {"watching" | "stopped" | "problem" | "done"} */
    phase: "watching",
    task: before?.task ?? null,
    error: null,
    clip: null,
    media: null,
    /** @type {Answer[]} */
    answers: before?.answers ?? [],
    /** The client's last events. */
    events: before?.events ?? [],
    startedAt: before?.startedAt ?? Date.now(),
    endedAt: null,
    nextPollAt: null,
    /** On the screen, or once there: only such a run fetches its film. */
    looked: before?.looked ?? false,
    watch,
    hear,
    cancel() {
      if (run.phase !== "watching") return;
      run.phase = "stopped";
      end();
    },
    look() {
      if (run.looked) return;
      run.looked = true;
      void fetchAll();
    },
    /** A film that does not play from the proxy is downloaded, which tells why. Returns whether there was another way. */
    unplayable() {
      if (!run.clip?.streamed) return false;
      run.clip.free();
      run.clip = createClip(client(), run.task, loaded);
      void run.clip.load();
      return true;
    },
    /** Ends everything and gives the video's memory back: the page has turned to another task. */
    close() {
      stop.abort();
      run.clip?.free();
      run.media?.free();
    },
  };

  function end() {
    run.endedAt = Date.now();
    run.nextPollAt = null;
    stop.abort();
    changed();
  }

  function hear(event) {
    if (run.phase !== "watching") return;
    if (event.type === "request") run.nextPollAt = null;
    if (event.type === "poll" || event.type === "retry") run.nextPollAt = event.at + event.delayMs;
    if (event.type === "response") {
      const { status = null, progress = null } = run.task ?? {};
      run.answers.push({ at: event.at, httpStatus: event.httpStatus, error: event.error, ms: event.ms, status, progress });
    }
    changed();
  }

  /** The events tell of every answer, a snapshot only of what is new in the last one. */
  function take(task) {
    run.task = task;
    const last = run.answers.at(-1);
    const progress = task.status === "succeeded" ? 1 : task.progress ?? last?.progress ?? null;
    if (last) Object.assign(last, { status: task.status, progress });
    changed();
  }

  async function watch() {
    const { poll, timeoutMs, via } = target;
    try {
      const relay = client();
      for await (const task of relay.watch(asked, { signal, poll, timeoutMs })) take(task);
      if (signal.aborted) return;
      run.phase = run.task.status === "succeeded" ? "done" : "problem";
      if (run.phase === "done") {
        run.clip = (via === "proxy" && createStream(run.task, loaded)) || createClip(relay, run.task, loaded);
        run.media = createMedia(relay, run.task, changed);
      } else run.error = ended(run.task);
    } catch (error) {
      if (signal.aborted) return;
      run.phase = "problem";
      run.error = via === "proxy" && error.code === "auth" ? denied(error) : error;
    }
    end();
    if (run.looked) await fetchAll();
  }

  async function fetchAll() {
    if (run.clip?.streamed) note({ type: "video", at: Date.now(), url: run.clip.address });
    if (run.clip?.state === "waiting") await run.clip.load();
    await run.media?.load();
  }

  return run;
}

/** watch() ends with a failed or expired snapshot and no error; it is told like one all the same. */
function ended({ status, error }) {
  return status === "expired"
    ? { code: "task_expired", message: "The task has expired.", server: error, hint: "Its result is gone: make a new task, and fetch results soon after they are done." }
    : { code: "task_failed", message: "The relay ended this task without a video.", server: error, hint: "Asking again changes nothing: make a new task, with what the relay says in mind." };
}

/** A proxy's refusal is of the task, as no key was sent. */
const denied = ({ code, message, httpStatus, server, requestId, ref }) => ({
  code, message, httpStatus, server, requestId, ref, hint: "The proxy decides who may ask for which task: sign in where it asks you to, or ask for a task of your own.",
});

/** Whether asking again could help. */
export const canStartAgain = ({ phase, error }) => phase === "stopped" || (phase === "problem" && !pointless.includes(error.code));
