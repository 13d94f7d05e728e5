/** A wait as a caller writes it around a client that has none for videos: ask, look, sleep. */
export function waitByHand(query, everyMs) {
  return async (id, signal) => {
    for (;;) {
      const task = await query(id);
      if (task.status === "completed" || task.status === "failed") return task;
      // Only here: the bundle that is measured holds no wait, and a first call loads nothing for one.
      const { setTimeout: sleep } = await import("node:timers/promises");
      await sleep(everyMs, undefined, { signal });
    }
  };
}
