import OpenAI from "openai";

export function connect({ baseUrl, apiKey, fetch }) {
  const client = new OpenAI({ baseURL: `${baseUrl}/v1`, apiKey, fetch, dangerouslyAllowBrowser: true });
  return (id) => client.videos.retrieve(id);
}

/** It has no wait for videos: its `retrieve` in a loop written by hand. */
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
