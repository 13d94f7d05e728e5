// An iterable of what comes by and by, until the caller's signal or an end. Written out, as a generator's return() would wait for next().
import { heard } from "./signal.ts";

export interface Feed<T> {
  /** What has come and not been taken. */
  values: T[];
  /** Nothing more is wanted. */
  readonly over: boolean;
  /** Wakes whoever waits in next(); each looks for itself what there is. */
  ring(): void;
}

/** What feeds an iterator, from its first next() on: `run` settles when all has come, `stop` ends it. */
export interface Feeder {
  run(): Promise<void>;
  stop(): void;
}

export function fed<T>(signal: AbortSignal | undefined, feeder: (feed: Feed<T>) => Feeder): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => iterate(signal, feeder) };
}

function iterate<T>(signal: AbortSignal | undefined, feeder: (feed: Feed<T>) => Feeder): AsyncIterator<T> {
  const waiting: (() => void)[] = [];
  let started = false;
  let deaf = () => {};
  let ended: { error?: unknown } | undefined;
  const feed = {
    values: [] as T[],
    get over() { return ended !== undefined; },
    ring() {
      for (const wake of waiting.splice(0)) wake();
    },
  };
  const { run, stop } = feeder(feed);

  const end = (how: { error?: unknown }) => {
    ended ??= how;
    deaf();
    stop();
    feed.ring();
  };

  const start = async () => {
    deaf = heard(signal, () => end({ error: signal?.reason }));
    await run();
  };

  return {
    async next() {
      if (!started) {
        started = true;
        start().then(() => end({}), (error: unknown) => end({ error }));
      }
      while (feed.values.length === 0 && !ended) await new Promise<void>((resolve) => waiting.push(resolve));
      if (feed.values.length > 0) return { done: false, value: feed.values.shift()! };
      const how = ended!;
      // Thrown once.
      ended = {};
      if ("error" in how) throw how.error;
      return { done: true, value: undefined };
    },
    async return() {
      started = true;
      feed.values.length = 0;
      end({});
      ended = {};
      return { done: true, value: undefined };
    },
  };
}
