// When calls go on that pause, or begin in thousands: one timer wakes all whose time comes at about the same moment, and nobody else waits for long.
import { Queue } from "./queue.ts";
import { stretch } from "./stretch.ts";

/** setTimeout's own limit. */
const LONGEST = 2 ** 31 - 1;

/** To ask for so many takes a few milliseconds. */
const MANY = 1_000;

export interface Sleeper {
  /** Where it sleeps; kept here, so that it is found again at no cost. */
  alarm: Alarm | undefined;
  wake(): void;
}

/** Those who wake together. */
export interface Alarm {
  readonly sleepers: Set<Sleeper>;
  /** Their last has left: it is not to ring. */
  off(): void;
}

export class Alarms {
  readonly #set = new Map<number, Alarm>();
  readonly #awake = new Queue<Sleeper>();
  #rousing = false;

  /** Wakes it after so many ms, or up to a 64th of them later: so there are hundreds of timers at most, not one for each. */
  sleep(who: Sleeper, ms: number): void {
    const grain = 2 ** Math.min(Math.max(25 - Math.clz32(ms), 0), 7);
    const now = Date.now();
    const due = Math.ceil((now + ms) / grain) * grain;
    who.alarm = this.#set.get(due) ?? this.#at(due, due - now);
    who.alarm.sleepers.add(who);
  }

  /** Wakes it in its turn: at once, unless thousands would be. */
  soon(who: Sleeper): void {
    this.#awake.add(who);
    if (this.#rousing) return;
    this.#rousing = true;
    // In Node queueMicrotask costs more than a promise. Whoever asked for thousands has taken long enough: these begin in another turn.
    void Promise.resolve().then(() => (this.#awake.size > MANY ? void setTimeout(() => this.#rouse()) : this.#rouse()));
  }

  /** It is to be woken no more. */
  forget(who: Sleeper): void {
    const { alarm } = who;
    this.#awake.delete(who);
    who.alarm = undefined;
    if (alarm?.sleepers.delete(who) && alarm.sleepers.size === 0) alarm.off();
  }

  #at(due: number, ms: number): Alarm {
    const sleepers = new Set<Sleeper>();
    const off = () => {
      clearTimeout(timer);
      this.#set.delete(due);
    };
    const timer = setTimeout(() => {
      off();
      for (const who of sleepers) this.soon(who);
      sleepers.clear();
    }, Math.min(ms, LONGEST));
    const alarm = { sleepers, off };
    this.#set.set(due, alarm);
    return alarm;
  }

  #rouse(): void {
    const over = stretch();
    while (this.#awake.size > 0) {
      if (over()) return void setTimeout(() => this.#rouse());
      this.#awake.shift()!.wake();
    }
    this.#rousing = false;
  }
}
