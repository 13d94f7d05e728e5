import Replicate from "replicate";

export function connect({ baseUrl, apiKey, fetch }) {
  const client = new Replicate({ baseUrl: `${baseUrl}/v1`, auth: apiKey, fetch });
  return (id) => client.predictions.get(id);
}
