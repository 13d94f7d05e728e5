// The function under test: a user's own.
import { isReelayError } from "reelay";
import { save } from "reelay/node";

/** Makes a clip, waits for it, and saves it; makes it once more if the relay gives it up. */
export async function renderToFile(client, prompt, path, attempts = 2) {
  const { ref } = await client.create({ model: "sora-2", prompt });
  try {
    return await save(client.download(ref, { wait: { timeoutMs: 40 * 60_000 } }), path);
  } catch (error) {
    if (!isReelayError(error) || error.code !== "task_failed" || attempts === 1) throw error;
    return renderToFile(client, prompt, path, attempts - 1);
  }
}
