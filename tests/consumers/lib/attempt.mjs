// One try of a consumer: with a log of its own, a limit of time, and an end of all that it started.
import { Problem, say } from "../../../tools/lib/print.mjs";

/**
 * Runs `work({ log, signal, after })`: `log` notes what is told if it fails, `signal` aborts when it is over, either way, and
 * what it gave to `after` is called then, the last one first. A failure is told by `tell`; `result` says whether it
 * passed, `given` is what the work gave.
 */
export async function attempt(name, limitMs, work, tell = say) {
  const start = performance.now();
  const said = [];
  const ending = [];
  const controller = new AbortController();
  const { signal } = controller;
  const ended = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const timer = setTimeout(() => controller.abort(new Error(`not done within ${limitMs / 1000} s`)), limitMs);
  const problems = [];
  const noting = (error) => void problems.push(error instanceof Problem ? error.message : error.stack);
  const working = Promise.resolve().then(() => work({ log: (text) => said.push(text.trimEnd()), signal, after: (end) => ending.push(end) }));
  const given = await Promise.race([ended, working]).catch(noting);
  clearTimeout(timer);
  controller.abort(new Error("it is over"));
  for (const end of ending.reverse()) await Promise.resolve().then(end).catch(noting);
  if (problems.length > 0) tell(["", `=== ${name}: FAILED`, said.join("\n").slice(-20_000), ...problems, ""].join("\n"));
  return { result: problems.length > 0 ? "FAILED" : "passed", given, time: (performance.now() - start) / 1000 };
}
