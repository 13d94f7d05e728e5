import { waitByHand } from "../by-hand.mjs";

/** The floor: what a caller would write by hand for one status request. */
export function connect({ baseUrl, apiKey, fetch = globalThis.fetch }) {
  const headers = { authorization: `Bearer ${apiKey}` };
  return async (id) => {
    const response = await fetch(`${baseUrl}/v1/videos/${encodeURIComponent(id)}`, { headers });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return JSON.parse(await response.text());
  };
}

export function connectWaits({ everyMs, ...options }) {
  return waitByHand(connect(options), everyMs);
}
