import OpenAI from "openai-latest";

export function connect({ baseUrl, apiKey, fetch }) {
  const client = new OpenAI({ baseURL: `${baseUrl}/v1`, apiKey, fetch, dangerouslyAllowBrowser: true });
  return (id) => client.videos.retrieve(id);
}
