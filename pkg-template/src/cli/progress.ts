// How far a download is: a bar on a terminal, a line now and then elsewhere, events for machines.
import type { Task } from "#reelay";
import type { Out } from "./out.ts";
import { percent, plain, size, state } from "./words.ts";

const BAR = 24;
/** ms between two drawings, or two events. */
const PACE = 100;
const EVENTS = 1_000;
/** A longer id is cut, for people. */
const NAME = 40;
/** Without a terminal: a line for each tenth, or for so many bytes where no length is told. */
const LINE = 10e6;

export class Progress {
  #out: Out;
  #id: string;
  #name: string;
  /** Of several downloads: then the one line tells of all together. */
  #draw: boolean;
  #told = "";
  #tenth = -1;
  #last = 0;
  #begun: { at: number; bytes: number } | undefined;

  constructor(out: Out, id: string, draw: boolean) {
    this.#out = out;
    this.#id = id;
    this.#name = id.length > NAME ? `${id.slice(0, NAME)}…` : id;
    this.#draw = draw;
  }

  status = (task: Task): void => {
    const text = state(task);
    if (text === this.#told) return;
    this.#told = text;
    this.#out.event("status", { task: plain(task) });
    if (this.#draw && this.#out.live) this.#out.line(`${this.#name}  ${text}`);
    else if (!this.#out.json) this.#out.say(`${this.#name}  ${text}`);
  };

  bytes = ({ bytes, total }: { bytes: number; total: number | null }): void => {
    const now = performance.now();
    this.#begun ??= { at: now, bytes };
    const whole = bytes === total;
    if (this.#out.json) {
      if (!whole && now - this.#last < EVENTS) return;
      this.#out.event("progress", { id: this.#id, bytes, total });
    } else if (this.#draw && this.#out.live) {
      if (!whole && now - this.#last < PACE) return;
      this.#out.line(this.#bar(bytes, total, now));
    } else if (!this.#out.live) {
      const tenth = Math.floor(total ? (bytes / total) * 10 : bytes / LINE);
      if (tenth <= this.#tenth) return;
      this.#tenth = tenth;
      this.#out.say(`${this.#name}  ${size(bytes)}${total ? ` of ${size(total)}, ${percent(bytes / total)}` : ""}`);
    }
    this.#last = now;
  };

  #bar(bytes: number, total: number | null, now: number): string {
    const { at, bytes: from } = this.#begun!;
    const rate = now - at > 500 ? ((bytes - from) / (now - at)) * 1_000 : 0;
    const speed = rate ? `  ${size(rate)}/s` : "";
    if (!total) return `${this.#name}  ${size(bytes)}${speed}`;
    const full = Math.round((bytes / total) * BAR);
    return `[${"#".repeat(full)}${".".repeat(BAR - full)}] ${percent(bytes / total)}  ${size(bytes)} of ${size(total)}${speed}  ${this.#name}`;
  }
}
