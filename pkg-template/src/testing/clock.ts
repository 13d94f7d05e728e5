import type { Clock } from "../testing-types.ts";

const LONGEST_TIMER = 2 ** 31 - 1;

// Date.now and setTimeout are looked up at each call, so that a test's fake timers move this clock too.
export function createClock(options: { manual?: boolean; speed?: number; startAt?: number }): Clock {
  const { manual = false, speed = 1 } = options;
  const zero = Date.now();
  const startAt = options.startAt ?? zero;
  const sleepers = new Set<{ due: number; wake: () => void }>();
  let ahead = 0;

  const now = () => startAt + ahead + (manual ? 0 : (Date.now() - zero) * speed);

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
    const target = now() + ms;
    for (;;) {
      const next = [...sleepers].filter((s) => s.due <= target).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      ahead += Math.max(0, next.due - now());
      next.wake();
      await settle();
    }
    ahead += Math.max(0, target - now());
    await settle();
  }

  return { now, sleep, advance };
}

/** Lets promise chains and streams that have just been woken come to their next sleep. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await null;
}
