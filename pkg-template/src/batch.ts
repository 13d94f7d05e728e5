// One request for the tasks of many calls: the core says which may share one, here they wait for each other a moment.
import { Call } from "./call.ts";
import { flatten } from "./flatten.ts";
import { Turn } from "./give.ts";
import type { Opened } from "./opened.ts";
import { heard } from "./signal.ts";

interface Party {
  calls: Call[];
  go: () => void;
}

export class Batches {
  /** The waits that share them count their polls from here. */
  readonly began = Date.now();
  readonly #gathering = new Map<string, Party>();
  readonly #signal: AbortSignal;

  /** The signal ends what is under way. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Asks for the call's task together with others', and has each go on, whatever came of it. */
  join(opened: Opened, call: Call, name: string, most: number, ms: number): void {
    const party = this.#gathering.get(name) ?? this.#gather(opened, name, ms);
    party.calls.push(call);
    if (party.calls.length >= most) party.go();
  }

  #gather(opened: Opened, name: string, ms: number): Party {
    const calls: Call[] = [];
    const go = async () => {
      deaf();
      clearTimeout(timer);
      this.#gathering.delete(name);
      const batch = new Call(opened, this.#signal);
      try {
        await batch.run(Turn.Batch, () => calls.map(({ number }) => flatten(number)).join(""));
      } catch {
        // Each asks for itself, and tells its own caller what is wrong.
      }
      for (const call of calls) call.share(batch);
    };
    const timer = setTimeout(go, ms);
    const deaf = heard(this.#signal, go);
    const party = { calls, go };
    this.#gathering.set(name, party);
    return party;
  }
}
