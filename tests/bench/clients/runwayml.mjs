import RunwayML from "@runwayml/sdk";

export function connect({ baseUrl, apiKey, fetch }) {
  const client = new RunwayML({ baseURL: baseUrl, apiKey, fetch });
  return (id) => client.tasks.retrieve(id);
}

/** Its pace is fixed: a poll each 5 to 7 s or so. */
export function connectWaits({ baseUrl, apiKey, fetch }) {
  const client = new RunwayML({ baseURL: baseUrl, apiKey, fetch });
  return (id, signal) => client.tasks.retrieve(id).waitForTaskOutput({ timeout: null, abortSignal: signal });
}
