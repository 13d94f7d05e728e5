// Creates a task twice over one connection, and prints how each went.
import process from "node:process";
import { createClient } from "reelay";

const client = createClient(JSON.parse(process.argv[2]));
const outcomes = [];
for (const images of [[], [], [new Blob(["x"], { type: "image/png" })]]) {
  await client.query("warm").catch(() => {});
  outcomes.push(
    await client.create({ model: "m", prompt: "p", images }).then(
      ({ id }) => id,
      ({ code }) => code,
    ),
  );
}
console.log(JSON.stringify(outcomes));
