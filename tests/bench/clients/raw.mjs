
/** The floor: what a caller would write by hand for one status request. */
export function connect({ baseUrl, apiKey, fetch = globalThis.fetch }) {
  const headers = { authorization: `Bearer ${apiKey}` };
  return async (id) => {
    const response = await fetch(`${baseUrl}/v1/videos/${encodeURIComponent(id)}`, { headers });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return JSON.parse(await response.text());
  };
}

/** A loop written by hand: ask, look, sleep. */
export function connectWaits({ everyMs, ...options }) {
  const query = connect(options);
  return async (id, signal) => {
    for (;;) {
      const task = await query(id);
      if (task.status === "completed" || task.status === "failed") return task;
      // Only here: the bundle that is measured holds no wait.
      const { setTimeout: sleep } = await import("node:timers/promises");
      await sleep(everyMs, undefined, { signal });
    }
  };
}
