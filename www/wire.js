// The requests of a call, as the client itself would send them: it is given a fetch that only writes them down.
import { createClient } from "./package.js";
import { atRelay } from "./recipes.js";

/** Stands for the key, which is not asked for. */
export const mark = "~the-key~";

/**
 * @param {import("./recipes.js").Call} call
 * @returns for `shell` of recipes.js: one poll of each task, and where the format has a content path, its download; or the create
 */
export async function requestsOf(asked) {
  const call = atRelay(asked);
  if (call.deed === "create") {
    const order = { model: call.model, prompt: call.prompt };
    return [{ about: "The answer names the task. Sent once: what it makes is paid.", ...await first(call, call.format, (client, options) => client.create(order, options)) }];
  }
  const requests = [];
  for (const { id, format: named, found } of call.tasks) {
    const format = named === "auto" ? found ?? named : named;
    requests.push({ about: "One poll; reelay repeats it until the task is final.", ...await first(call, format, (client, options) => client.query(id, options)) });
    if (call.deed !== "download") continue;
    const task = { ref: { id, format: format === "auto" ? "openai-videos" : format, baseUrl: call.baseUrl }, id, status: "succeeded", outputs: [] };
    const content = await first(call, format, (client, options) => client.download(task, options).bytes()).catch((error) => {
      if (error.code === "no_output") return null;
      throw error;
    });
    if (content) requests.push({ about: "Once it has succeeded:", ...content, file: `${id.replace(/[^\w.-]+/g, "_")}.mp4` });
  }
  return requests;
}

/** The first thing that is asked. Rejects as the client does where nothing would be. */
function first({ via, baseUrl, prefix }, format, act) {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const fetch = (url, { method = "GET", headers, body = null }) => {
      resolve({ url, method, headers: [...new Headers(headers)], body });
      stop.abort();
      return Promise.reject(stop.signal.reason);
    };
    const settings = { baseUrl, format, fetch, retries: 0, ...(via === "direct" && { apiKey: mark }), ...(prefix && { prefix }) };
    try {
      act(createClient(settings), { signal: stop.signal }).then(resolve, reject);
    } catch (error) {
      reject(error);
    }
  });
}
