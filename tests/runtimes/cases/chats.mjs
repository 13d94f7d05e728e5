// Creates clips by conversation, each at a relay of its own kind, and prints what came of each.
import process from "node:process";
import { createClient } from "reelay";

const { baseUrl, names } = JSON.parse(process.argv[2]);
const outcomes = {};
for (const name of names) {
  const client = createClient({ baseUrl: `${baseUrl}/${name}`, format: "sora-chat", apiKey: "k" });
  const updates = [];
  const stop = new AbortController();
  const onUpdate = ({ progress }) => {
    updates.push(progress);
    if (name === "abort") stop.abort("enough");
  };
  outcomes[name] = await client.create({ model: "m", prompt: "p" }, { onUpdate, signal: stop.signal, idleTimeoutMs: 500 }).then(
    async ({ ref, id, status, videoUrl }) => ({ id, status, videoUrl, updates, again: (await client.query(ref).catch(({ code }) => ({ status: code }))).status }),
    (error) => error?.code ?? error,
  );
}
console.log(JSON.stringify(outcomes));
