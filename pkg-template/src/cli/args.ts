// The command as it was typed.
import { parseArgs } from "node:util";
import { Usage } from "./exit.ts";

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

const options = {
  "base-url": text, "key-file": text, format: text, timeout: text, poll: text, json: flag,
  output: { ...text, short: "o" }, from: text, jobs: text, dir: text, overwrite: flag,
  help: { ...flag, short: "h" }, version: flag,
} as const;

const everywhere = ["base-url", "key-file", "format", "json", "help", "version"];
export const commands = {
  query: everywhere,
  wait: [...everywhere, "timeout", "poll"],
  get: [...everywhere, "timeout", "poll", "output", "from", "jobs", "dir", "overwrite"],
  doctor: everywhere,
};
export type Command = keyof typeof commands;

export interface Args {
  command: Command;
  ids: string[];
  values: ReturnType<typeof parsed>["values"];
  /** ms. */
  timeoutMs: number | undefined;
  pollMs: number | undefined;
}

/** What is on a command line is in the shell's history, and every user of the machine can read it while the command runs. */
const keyOption = /^--?(no-)?(api[-_]?key|key|apikey|token|api[-_]?token|secret|auth|authorization|bearer|password)(=|$)/i;

export function readArgs(argv: string[]): Args | "help" | "version" {
  const end = argv.indexOf("--");
  const key = argv.slice(0, end < 0 ? argv.length : end).map((word) => keyOption.exec(word)).find(Boolean);
  if (key) {
    throw new Usage(`${key[0].replace(/=$/, "")} is not taken: other users and the shell's history can read arguments. `
      + "Set REELAY_API_KEY, or put the key into a file and give --key-file FILE.");
  }
  const { values, positionals } = parsed(argv);
  if (values.version) return "version";
  const [command, ...ids] = positionals;
  if (values.help || command === "help" || (command === undefined && argv.length === 0)) return "help";
  if (command === undefined || !Object.hasOwn(commands, command)) {
    throw new Usage(`${command === undefined ? "No command" : `No such command: ${command}`}. There are ${Object.keys(commands).join(", ")}.`);
  }
  const stray = Object.keys(values).find((name) => !commands[command as Command].includes(name));
  if (stray) throw new Usage(`${command} has no --${stray}.`);
  return { command: command as Command, ids, values, timeoutMs: duration("timeout", values.timeout), pollMs: duration("poll", values.poll) };
}

function parsed(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    throw new Usage((error as Error).message);
  }
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function duration(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!found) throw new Usage(`--${name} takes a time such as 90, 90s, 20m or 1.5h, not ${JSON.stringify(text)}.`);
  return Number(found[1]) * units[(found[2] ?? "s") as keyof typeof units];
}

/** The same command, to be typed again. */
export function typed(argv: string[]): string {
  return ["reelay", ...argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))].join(" ");
}
