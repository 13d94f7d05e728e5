import { createClient } from "reelay";

export function connect(options) {
  const client = createClient({ ...options, format: "openai-videos" });
  return (id) => client.query(id);
}
