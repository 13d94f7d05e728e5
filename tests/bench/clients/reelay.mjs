import { createClient } from "reelay";

export function connect(options) {
  const client = createClient({ ...options, format: "openai-videos" });
  return (id) => client.query(id);
}

export function connectWaits({ everyMs, ...options }) {
  const client = createClient({ ...options, format: "openai-videos" });
  return (id, signal) => client.wait(id, { signal, poll: { minMs: everyMs, maxMs: everyMs } });
}
