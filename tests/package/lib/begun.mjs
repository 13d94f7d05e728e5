// Saves that end before their time: what they leave, and whether what comes in the end is sound.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { createClient } from "../../../pkg/dist/index.mjs";
import { save } from "../../../pkg/dist/node.mjs";
import { thrown } from "./outcome.mjs";
import { finished, names, noteOf } from "./saving.mjs";
import { partly, ranged, sha256, video } from "./video.mjs";

export const clip = video(400_000);
export const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-test-key", format: "openai-videos", ...more });
export const whole = (exchange) => ranged(exchange, clip);

/** A save that is aborted once so many bytes have come: what it left. */
export async function begun(url, path, { at = 150_000, id = "a", ...options } = {}) {
  const stop = new AbortController();
  const reason = new Error("enough");
  const onProgress = ({ bytes }) => bytes >= at && stop.abort(reason);
  assert.equal(await thrown(save(open(url).download(id, { onProgress, ...options }), path, { signal: stop.signal })), reason);
  return noteOf(path);
}

/** A relay whose first answer is only half, so that an abort in the middle has a middle. */
export const slow = (t, more) =>
  finished(t, (exchange, nth) => (nth === 1 ? partly(exchange, whole(exchange), 200_000, "stall") : (more ?? whole)(exchange)));

export function sound(path, folder, bytes = clip) {
  assert.equal(sha256(readFileSync(path)), sha256(bytes));
  assert.deepEqual(names(folder), [relative(folder, path)], "nothing is left beside the target");
}
