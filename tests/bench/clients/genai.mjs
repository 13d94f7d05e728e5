import { GenerateVideosOperation, GoogleGenAI } from "@google/genai";

export function connect({ baseUrl, apiKey, fetch }) {
  const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl, fetch } });
  return (id) => {
    const operation = new GenerateVideosOperation();
    operation.name = id;
    return client.operations.getVideosOperation({ operation });
  };
}
