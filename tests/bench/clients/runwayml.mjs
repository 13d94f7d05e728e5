import RunwayML from "@runwayml/sdk";

export function connect({ baseUrl, apiKey, fetch }) {
  const client = new RunwayML({ baseURL: baseUrl, apiKey, fetch });
  return (id) => client.tasks.retrieve(id);
}
