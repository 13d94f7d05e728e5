// What every consumer does with the package. The package comes in by the consumer's own import.

/** Query, download, abort, an error: what came of each, as plain data for `check` in relay.mjs. */
export async function calls({ createClient, isReelayError, ReelayError }, baseUrl) {
  const client = createClient({ baseUrl, apiKey: "consumer-key", format: "openai-videos" });

  const task = await client.query("done");
  const bytes = await client.download(task).bytes();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

  const reason = { mine: "enough" };
  const waiting = new AbortController();
  const wait = client.wait("running", { signal: waiting.signal, onUpdate: () => waiting.abort(reason) });
  const loading = new AbortController();
  const download = client.download("stalls", { signal: loading.signal, onProgress: () => loading.abort(reason) }).bytes();
  const [waitEnd, downloadEnd] = await Promise.all([wait, download].map((call) => call.then(() => "no abort", (thrown) => thrown === reason)));

  const error = await client.query("missing").catch((thrown) => thrown);
  return {
    status: task.status,
    bytes: bytes.length,
    sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    aborted: { wait: waitEnd, download: downloadEnd },
    error: { code: error.code, class: error instanceof ReelayError, brand: isReelayError(error), hint: typeof error.hint },
  };
}
