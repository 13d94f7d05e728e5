import * as reelay from "./node_modules/reelay/dist/index.mjs";
import * as slim from "./node_modules/reelay/dist/slim.mjs";
import { calls } from "./calls.mjs";

const relay = new URL(location).searchParams.get("relay");

/** Like any call, but for a host that starts no WebAssembly. */
async function report({ createClient, isReelayError, ReelayError }) {
  const error = await createClient({ baseUrl: relay, apiKey: "consumer-key" }).query("done").then(() => null, (thrown) => thrown);
  if (error) return { code: error.code, class: error instanceof ReelayError, brand: isReelayError(error), hint: error.hint };
  return null;
}

const refused = [await report(reelay), await report(slim)];
globalThis.report = { refused, calls: refused[0] ? null : await calls(reelay, relay) };
