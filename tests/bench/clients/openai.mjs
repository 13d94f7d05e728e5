import OpenAI from "openai";
import { waitByHand } from "../by-hand.mjs";

export function connect({ baseUrl, apiKey, fetch }) {
  const client = new OpenAI({ baseURL: `${baseUrl}/v1`, apiKey, fetch, dangerouslyAllowBrowser: true });
  return (id) => client.videos.retrieve(id);
}

/** It has no wait for videos: its `retrieve` in a loop. */
export function connectWaits({ everyMs, ...options }) {
  return waitByHand(connect(options), everyMs);
}
