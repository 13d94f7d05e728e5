import type { Clock } from "../testing-types.ts";

const LONGEST_TIMER = 2 ** 31 - 1;
/** Fake timers are moved in steps: shorter than any pause of a client's, so that what a timer sets off has its own time. */
const STEP = 500;
const HOUR = 3600_000;
/** Whoever has not looked at the clock for so long may be at a disk: from then on each step gives it more turns. */
const QUIET = 60_000;
const TURNS = 20;

// Date.now and setTimeout are looked up at each call, so that a test's fake timers move this clock too.
export function createClock(options: { manual?: boolean; speed?: number; startAt?: number; tick?: (ms: number) => unknown }): Clock {
  const { manual = false, speed = 1, tick } = options;
  const zero = Date.now();
  const startAt = options.startAt ?? zero;
  const sleepers = new Set<{ due: number; wake: () => void }>();
  let ahead = 0;
  let quiet = 0;

  const time = () => startAt + ahead + (manual ? 0 : (Date.now() - zero) * speed);
  /** Every request, wait and piece of a body asks for the time. */
  const now = () => ((quiet = 0), time());

  function sleep(ms: number, signal?: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (!(ms > 0)) return resolve();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const sleeper = { due: now() + ms, wake: () => { leave(); resolve(); } };
      const abort = () => { leave(); reject(signal?.reason); };
      const leave = () => {
        sleepers.delete(sleeper);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      sleepers.add(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
      if (!manual && ms !== Infinity) timer = setTimeout(sleeper.wake, Math.min(Math.ceil(ms / speed), LONGEST_TIMER));
    });
  }

  async function advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) throw new TypeError(`mockRelay: clock.advance takes milliseconds, 0 or more; it is ${ms}`);
    await turning(async (turn) => {
      await turn();
      await forward(ms, turn);
    });
  }

  async function forward(ms: number, turn: Turn): Promise<void> {
    if (tick) return tickOn(tick, ms / speed, turn);
    // From one sleeper to the next: this clock alone.
    const target = time() + ms;
    for (;;) {
      const next = [...sleepers].filter((s) => s.due <= target).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      ahead += Math.max(0, next.due - time());
      next.wake();
      await turn();
    }
    ahead += Math.max(0, target - time());
    await turn();
  }

  async function run<T>(work: PromiseLike<T>, { limitMs = HOUR }: { limitMs?: number } = {}): Promise<T> {
    if (typeof work?.then !== "function") throw new TypeError(`mockRelay: clock.run takes a promise; it is ${typeof work}`);
    if (!(limitMs > 0)) throw new TypeError(`mockRelay: limitMs of clock.run must be milliseconds above 0; it is ${limitMs}`);
    let over = false;
    const end = () => void (over = true);
    work.then(end, end);
    // By the timers' time, which is not the relay's if that is faster.
    const step = tick ? STEP * speed : STEP;
    await turning(async (turn) => {
      for (let ms = 0; ; ms += step) {
        for (let turns = quiet > QUIET ? TURNS : 1; turns > 0; turns--) await turn();
        if (over) return;
        if (ms >= limitMs) throw new Error(`mockRelay: the promise has not settled in ${limitMs} ms of the relay's time. ${tick ? TIMERS : TICK}`);
        quiet += step;
        await forward(step, turn);
      }
    });
    return work;
  }

  return { now, sleep, advance, run };
}

const TIMERS = "Does it wait for what no timer brings, or for a timer that is not faked?";
const TICK = "If it waits for timers of its own, fake them, and let script.tick move them.";

type Turn = () => Promise<void>;

/** Moves fake timers on, and lets go on what they set off. */
async function tickOn(tick: (ms: number) => unknown, ms: number, turn: Turn): Promise<void> {
  for (let left = ms; left > 0; left -= STEP) {
    const before = Date.now();
    await tick(Math.min(left, STEP));
    if (left >= 1 && Date.now() === before) throw new TypeError("mockRelay: script.tick did not move Date.now(): fake Date together with setTimeout");
    await turn();
  }
}

/**
 * Turns of the event loop, by the one thing that no fake timers take over, for as long as `work` lasts. The message goes back
 * and forth, as Node hands over in one turn all that a port holds.
 */
async function turning(work: (turn: Turn) => Promise<void>): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  let from = port1;
  let arrived = () => {};
  port1.onmessage = port2.onmessage = () => arrived();
  try {
    await work(() => new Promise((resolve) => {
      arrived = resolve;
      from = from === port1 ? port2 : port1;
      from.postMessage(null);
    }));
  } finally {
    port1.close();
    port2.close();
  }
}
