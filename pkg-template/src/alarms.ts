// When calls go on that pause, or begin in thousands: one timer wakes all whose time comes at about the same moment, and nobody else waits for long.
import { Queue } from "./queue.ts";

/** Milliseconds at a stretch for those who wake; then others have their turn. */
const STRETCH = 6;
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
  #timer: ReturnType<typeof setTimeout> | undefined;
  #since = 0;

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

  /** Wakes it now; later if so many do, behind a full gate, that the host would stand still. */
  start(who: Sleeper, full: boolean): void {
    const now = Date.now();
    if (!full) this.#since = now;
    if (this.#awake.size === 0 && now - this.#since <= STRETCH) who.wake();
    else this.soon(who);
  }

  /** Wakes it in its turn. */
  soon(who: Sleeper): void {
    this.#awake.add(who);
    this.#timer ??= setTimeout(rouse, 0, this);
  }

  /** It is to be woken no more. */
  forget(who: Sleeper): void {
    this.#awake.delete(who);
    const { alarm } = who;
    who.alarm = undefined;
    if (alarm?.sleepers.delete(who) && alarm.sleepers.size === 0) this.#off(alarm);
    if (this.#awake.size === 0) this.#rest();
  }

  ring(alarm: Alarm): void {
    this.#off(alarm);
    for (const who of alarm.sleepers) this.#awake.add(who);
    alarm.sleepers.clear();
    this.rouse();
  }

  rouse(): void {
    this.#rest();
    const until = Date.now() + STRETCH;
    while (this.#awake.size > 0 && Date.now() <= until) this.#awake.shift().wake();
    if (this.#awake.size > 0) this.#timer ??= setTimeout(rouse, 0, this);
  }

  #off(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    // A clock set back may have had another put there.
    if (this.#set.get(alarm.due) === alarm) this.#set.delete(alarm.due);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

const ring = (alarms: Alarms, alarm: Alarm) => alarms.ring(alarm);
const rouse = (alarms: Alarms) => alarms.rouse();
