import { createFalClient } from "@fal-ai/client";

/** The queue's host is fixed in the client; its own middleware option is the way to another one. */
export function connect({ baseUrl, apiKey, fetch }) {
  const client = createFalClient({
    credentials: apiKey,
    fetch,
    requestMiddleware: async (request) => ({ ...request, url: request.url.replace("https://queue.fal.run", baseUrl) }),
  });
  return (id) => client.queue.status("fal-ai/veo3", { requestId: id });
}
