// All that a command prints: results on stdout, everything else on stderr; never a key or a signature.
import { unsigned } from "../scrub.ts";

/** Shorter ones are words that a text may hold by chance. */
const SHORTEST_KEY = 6;

export class Out {
  readonly json: boolean;
  /** Whether one line can be written over again. */
  readonly live: boolean;
  #color: boolean;
  #key = "";
  #lively = false;

  constructor(json: boolean) {
    const { env, stderr } = process;
    this.json = json;
    this.live = stderr.isTTY === true && env["TERM"] !== "dumb" && !json;
    this.#color = this.live && !env["NO_COLOR"];
    // Whoever reads may go before a video is whole: that is no reason to stop.
    for (const stream of [process.stdout, stderr]) stream.on("error", () => {});
  }

  hide(key: string): void {
    this.#key = key;
  }

  /** A result, for people; nothing where lines for machines are asked for. */
  result(text: string): void {
    if (this.json) return;
    this.#clear();
    process.stdout.write(`${this.#clean(text)}\n`);
  }

  /** A line for machines, where they are asked for. */
  event(event: string, fields: object): void {
    if (this.json) process.stdout.write(`${this.#safe(JSON.stringify({ event, ...fields }))}\n`);
  }

  /** Words for people. */
  say(text: string): void {
    this.#clear();
    process.stderr.write(`${this.#clean(text)}\n`);
  }

  error(text: string): void {
    this.#clear();
    process.stderr.write(this.#color ? `\x1b[31merror:\x1b[0m ${this.#clean(text)}\n` : `error: ${this.#clean(text)}\n`);
  }

  /** The one line that changes, on a terminal. */
  line(text: string): void {
    if (!this.live) return;
    const width = process.stderr.columns || 80;
    process.stderr.write(`\r\x1b[K${this.#clean(text).slice(0, width - 1)}`);
    this.#lively = true;
  }

  #clear(): void {
    if (this.#lively) process.stderr.write("\r\x1b[K");
    this.#lively = false;
  }

  /** A relay's words may hold what a terminal takes for commands. */
  #clean(text: string): string {
    return this.#safe(text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd"));
  }

  #safe(text: string): string {
    const hidden = this.#key.length < SHORTEST_KEY ? text : text.split(this.#key).join("[key]");
    return unsigned(hidden);
  }
}
