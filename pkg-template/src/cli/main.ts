// One command, from its words to its exit code.
import { isReelayError } from "#reelay";
import { readArgs, typed, type Args } from "./args.ts";
import { doctor } from "./doctor.ts";
import { exit, exitCodeOf, Interrupted, Usage } from "./exit.ts";
import { get } from "./get.ts";
import { help } from "./help.ts";
import { untilInterrupted } from "./interrupt.ts";
import { Out } from "./out.ts";
import { query } from "./query.ts";
import { wait } from "./wait.ts";

declare const REELAY_VERSION: string;

/** What a command is given. */
export interface Run {
  args: Args;
  out: Out;
  signal: AbortSignal;
  /** Tells of a failure, and gives the exit code that it means. */
  failed(error: unknown, about?: { id?: string; kept?: string | undefined }): number;
  /** What to type to go on. */
  again: string;
}

const run: Record<Args["command"], (run: Run) => Promise<number>> = { query, wait, get, doctor };

export async function main(argv: string[]): Promise<number> {
  const out = new Out(argv.includes("--json"));
  const { signal, stop } = untilInterrupted();
  const again = typed(argv);
  const failed: Run["failed"] = (error, about = {}) => report(out, error, again, about);
  try {
    const args = readArgs(argv);
    if (args === "help") process.stdout.write(help);
    else if (args === "version") process.stdout.write(`${REELAY_VERSION}\n`);
    else return await run[args.command]({ args, out, signal, failed, again });
    return exit.ok;
  } catch (error) {
    return failed(error);
  } finally {
    stop();
  }
}

/** By code, where what the library says is for programmers. */
const hints: Record<string, string> = {
  auth: "Set REELAY_API_KEY, or give --key-file FILE, with a key of this relay.",
  invalid_argument: "See reelay --help.",
  network: "Check the connection and --base-url.",
  timeout: "Try again: the task is not affected.",
  wait_timeout: "The task goes on at the relay.",
  rate_limited: "Wait, then try again.",
  task_failed: "A new task is needed.",
  no_output: "The relay named no address and serves no content.",
  download_incomplete: "Try again: the task stays finished and is not charged again.",
};

/** After these the same command may do. */
const passing = new Set<string>(["wait_timeout", "network", "timeout", "server", "rate_limited", "download_incomplete"]);

function report(out: Out, error: unknown, again: string, { id, kept }: { id?: string; kept?: string | undefined }): number {
  const exitCode = exitCodeOf(error);
  const goesOn = error instanceof Interrupted || (isReelayError(error) && passing.has(error.code)) ? { continue: again } : {};
  const about = { ...id === undefined ? {} : { id }, exitCode, ...goesOn };
  const message = isReelayError(error) || error instanceof Usage || error instanceof Interrupted ? error.message : `internal: ${String(error)}`;
  out.event("error", { ...about, error: isReelayError(error) ? error.toJSON() : { code: error instanceof Interrupted ? "interrupted" : "usage", message } });
  if (error instanceof Interrupted) out.say("Interrupted.");
  else out.error(id === undefined ? message : `${id}: ${message}`);
  if (isReelayError(error)) {
    const { server, hint, code, cause } = error;
    if (server?.message && !message.includes(server.message)) out.say(`The relay says: ${server.message}`);
    // The disk's hints are particular, and stay.
    const own = code === "download_incomplete" && cause !== undefined ? null : hints[code];
    if (own ?? hint) out.say((own ?? hint)!);
  } else if (error instanceof Usage) out.say("See reelay --help.");
  if (kept) out.say(`Kept: ${kept}`);
  if ("continue" in goesOn) out.say(`To go on: ${again}`);
  return exitCode;
}
