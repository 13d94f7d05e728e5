// A process of its own for whatever is measured: ask, hear one answer.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Longest wait for one answer, far above any: a client whose promise never settles must fail the run, not hold it. */
const patienceMs = 120_000;

/** Proxy settings, keys and log levels of the user's shell would change what the clients do. */
const kept = ["PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT"];
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.includes(name.toUpperCase())));

/** On the Node that runs this, or on that at `execPath`. */
export function startWorker(file, args = [], execPath = process.execPath) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { env, execArgv: [], execPath });
  const title = [file, ...args].join(" ");
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const settle = (act) => (value) => {
          clearTimeout(timer);
          child.off("message", onMessage).off("exit", onExit).off("error", onError);
          act(value);
        };
        const onMessage = settle(resolve);
        const onError = settle(reject);
        const onExit = (code, signal) => onError(new Error(`${title} ended early (${signal ?? code}), see above`));
        const timer = setTimeout(() => onError(new Error(`${title} gave no answer in ${patienceMs / 1000} s`)), patienceMs);
        child.once("message", onMessage).once("exit", onExit).once("error", onError);
      }),
    ask(order) {
      const answer = this.next();
      child.send(order);
      return answer;
    },
    stop: () => child.kill(),
  };
}

/** The one answer of a worker that has no more to say. Not left to its own end: a client's forgotten timer would hold it, and what is measured next beside it. */
export async function answerOf(file, args, execPath) {
  const worker = startWorker(file, args, execPath);
  try {
    return await worker.next();
  } finally {
    worker.stop();
  }
}
