// One request for the tasks of many calls: the core says which may share one, here they wait for each other a moment.
import { Call } from "./call.ts";
import { flatten } from "./flatten.ts";
import { Turn } from "./give.ts";
import type { Opened } from "./opened.ts";

interface Party {
  calls: number[];
  /** The call that asked for them all. */
  asked: Promise<Call>;
  go: () => void;
}

export class Batches {
  /** The waits that share them count their polls from here. */
  readonly began = Date.now();
  readonly #gathering = new Map<string, Party>();
  readonly #stops: Set<AbortController>;

  /** `stops` ends what is under way: each adds its own. */
  constructor(stops: Set<AbortController>) {
    this.#stops = stops;
  }

  /** Settles when the call's task has been asked for, whatever came of it. */
  join(opened: Opened, call: number, name: string, most: number, ms: number): Promise<Call> {
    const party = this.#gathering.get(name) ?? this.#gather(opened, name, ms);
    party.calls.push(call);
    if (party.calls.length >= most) party.go();
    return party.asked;
  }

  #gather(opened: Opened, name: string, ms: number): Party {
    const stop = new AbortController();
    const { signal } = stop;
    const calls: number[] = [];
    let go!: () => void;
    const full = new Promise<void>((resolve) => {
      const timer = setTimeout(() => go(), ms);
      go = () => {
        clearTimeout(timer);
        this.#gathering.delete(name);
        resolve();
      };
    });
    signal.addEventListener("abort", go);
    this.#stops.add(stop);
    const ask = async () => {
      await full;
      const batch = new Call(opened, signal);
      try {
        if (!signal.aborted) await batch.run(Turn.Batch, () => calls.map(flatten).join(""));
      } catch {
        // Each asks for itself, and tells its own caller what is wrong.
      }
      this.#stops.delete(stop);
      return batch;
    };
    const party = { calls, asked: ask(), go };
    this.#gathering.set(name, party);
    return party;
  }
}
