import Replicate from "replicate";

export function connect({ baseUrl, apiKey, fetch }) {
  const client = new Replicate({ baseUrl: `${baseUrl}/v1`, auth: apiKey, fetch });
  return (id) => client.predictions.get(id);
}

export function connectWaits({ baseUrl, apiKey, fetch, everyMs }) {
  const client = new Replicate({ baseUrl: `${baseUrl}/v1`, auth: apiKey, fetch });
  return (id, signal) => client.wait({ id }, { interval: everyMs }, async () => signal.aborted);
}
