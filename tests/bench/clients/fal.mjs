import { createFalClient } from "@fal-ai/client";

/** The queue's host is fixed in the client; its own middleware option is the way to another one. */
function clientOf({ baseUrl, apiKey, fetch }) {
  return createFalClient({
    credentials: apiKey,
    fetch,
    requestMiddleware: async (request) => ({ ...request, url: request.url.replace("https://queue.fal.run", baseUrl) }),
  });
}

export function connect(options) {
  const client = clientOf(options);
  return (id) => client.queue.status("fal-ai/veo3", { requestId: id });
}

export function connectWaits({ everyMs, ...options }) {
  const client = clientOf(options);
  return (id, signal) => client.queue.subscribeToStatus("fal-ai/veo3", { requestId: id, mode: "polling", pollInterval: everyMs, abortSignal: signal });
}
