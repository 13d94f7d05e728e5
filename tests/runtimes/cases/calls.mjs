// Makes the calls it is told to make, all at once or one by one, and prints how each ended.
import process from "node:process";
import { createClient, isReelayError } from "reelay";

const { client: options, calls, oneByOne } = JSON.parse(process.argv[2]);

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

/** What became of a call, as plain data. */
async function outcomeOf(made) {
  const { call, id, more, wait, abortMs, maxBytes, ...rest } = made;
  const events = [];
  const onEvent = ({ type, bytes, httpStatus, delayMs, rawStatus }) =>
    events.push(
      rawStatus ??
        (type === "resume"
          ? `resume ${bytes > 0}`
          : type === "response"
            ? `response ${httpStatus}`
            : type === "retry" || type === "poll"
              ? `${type} ${delayMs}`
              : type),
    );
  const client = createClient({ ...options, ...more, onEvent });
  const stop = new AbortController();
  if (abortMs !== undefined) setTimeout(() => stop.abort("enough"), abortMs);
  const { signal } = stop;
  try {
    if (call === "download") {
      const bytes = await client.download(id, { ...rest, wait, signal }).bytes(maxBytes === undefined ? {} : { maxBytes });
      return { bytes: bytes.length, sha256: await sha256(bytes), events };
    }
    const task = await client[call](id, ...(call === "query" ? [{ signal }] : [{ ...wait, signal }]));
    return { status: task.status, url: task.videoUrl, events };
  } catch (error) {
    if (!isReelayError(error)) return { thrown: String(error), events };
    const { code, bytes, httpStatus, retryAfterMs, seen } = error;
    const about = { ref: error.ref?.id ?? null, status: error.task?.status ?? null };
    return { code, bytes, httpStatus, retryAfterMs, seen, ...about, message: error.message, json: JSON.stringify(error), events };
  }
}

const outcomes = {};
let most = 0;
const before = process.memoryUsage().rss;
const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
const making = [];
for (const [name, made] of Object.entries(calls)) {
  making.push(outcomeOf(made).then((outcome) => (outcomes[name] = outcome)));
  if (oneByOne) await making.at(-1);
}
await Promise.all(making);
clearInterval(sampling);
console.log(JSON.stringify({ outcomes, grownBy: Math.max(most, process.memoryUsage().rss) - before }));
