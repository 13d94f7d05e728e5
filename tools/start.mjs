// `npm start`: set-up, build, then the demo page with its simulated relay. `npm start -- --port 8080 --open`
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { main } from "./lib/print.mjs";

await main(async () => {
  const { values } = parseArgs({ options: { port: { type: "string" }, open: { type: "boolean", default: false } } });
  await build();
  const { serve } = await import("./serve.mjs");
  const port = values.port ?? process.env.PORT;
  await serve({ ...port === undefined ? {} : { port: Number(port) }, open: values.open });
});
