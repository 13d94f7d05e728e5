// Saves one task in a process of its own, and prints the outcome as JSON.
import { createClient } from "../../../pkg/dist/index.mjs";
import { save } from "../../../pkg/dist/node.mjs";

const [url, path] = process.argv.slice(2);
const client = createClient({ baseUrl: url, format: "openai-videos" });
const outcome = await save(client.download("a"), path).then(
  (saved) => ({ ok: true, ...saved }),
  (error) => ({ ok: false, ...JSON.parse(JSON.stringify(error)), cause: error.cause?.code ?? null }),
);
console.log(JSON.stringify(outcome));
