import { createReplicate } from "@ai-sdk/replicate";
import { experimental_getVideoStatus } from "ai";

/** Its one call that only asks, of a task that its `experimental_startVideo` would have begun. */
export function connect({ baseUrl, apiKey, fetch }) {
  const baseURL = `${baseUrl}/v1`;
  const model = createReplicate({ apiToken: apiKey, baseURL, fetch }).video("google/veo-3");
  return (id) => experimental_getVideoStatus(model, { operation: { getUrl: `${baseURL}/predictions/${id}` } });
}
