// save() in whatever runtime this is: the outcome, as JSON.
import { createClient, ReelayError } from "reelay";
import { save } from "reelay/node";

const [, , text] = process.argv;
const { url, path, stopAt = Infinity } = JSON.parse(text);
const client = createClient({ baseUrl: url, format: "openai-videos" });
const stop = new AbortController();
const reason = new Error("enough");
const onProgress = ({ bytes }) => bytes >= stopAt && stop.abort(reason);

let outcome;
try {
  outcome = { ok: true, ...(await save(client.download("a", { onProgress }), path, { signal: stop.signal })) };
} catch (error) {
  const known = error instanceof ReelayError ? { ...error.toJSON(), cause: error.cause?.code ?? null } : { message: String(error) };
  outcome = { ok: false, aborted: error === reason, ...known };
}
console.log(JSON.stringify(outcome));
