// When calls go on that pause, or begin in thousands: one timer wakes all whose time comes at about the same moment, and nobody else waits for long.
import { Queue } from "./queue.ts";
import { stretch } from "./stretch.ts";

/** setTimeout's own limit. */
const LONGEST = 2 ** 31 - 1;

export interface Sleeper {
  /** Where it sleeps; kept here, so that it is found again at no cost. */
  alarm: Alarm | undefined;
  wake(): void;
}

/** Those who wake together. */
export interface Alarm {
  readonly due: number;
  readonly sleepers: Set<Sleeper>;
  timer: ReturnType<typeof setTimeout> | undefined;
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
    let alarm = this.#set.get(due);
    if (!alarm) {
      alarm = { due, sleepers: new Set(), timer: undefined };
      alarm.timer = setTimeout(ring, Math.min(due - now, LONGEST), this, alarm);
      this.#set.set(due, alarm);
    }
    alarm.sleepers.add(who);
    who.alarm = alarm;
  }

  /** Wakes it in its turn: at once, unless thousands would be. */
  soon(who: Sleeper): void {
    this.#awake.add(who);
    if (this.#rousing) return;
    this.#rousing = true;
    queueMicrotask(() => rouse(this));
  }

  /** It is to be woken no more. */
  forget(who: Sleeper): void {
    this.#awake.delete(who);
    const { alarm } = who;
    who.alarm = undefined;
    if (alarm?.sleepers.delete(who) && alarm.sleepers.size === 0) this.#off(alarm);
  }

  ring(alarm: Alarm): void {
    this.#off(alarm);
    for (const who of alarm.sleepers) this.soon(who);
    alarm.sleepers.clear();
  }

  rouse(): void {
    const over = stretch();
    while (this.#awake.size > 0) {
      if (over()) return void setTimeout(rouse, 0, this);
      this.#awake.shift()!.wake();
    }
    this.#rousing = false;
  }

  #off(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    // A clock set back may have had another put there.
    if (this.#set.get(alarm.due) === alarm) this.#set.delete(alarm.due);
  }
}

const ring = (alarms: Alarms, alarm: Alarm) => alarms.ring(alarm);
const rouse = (alarms: Alarms) => alarms.rouse();
