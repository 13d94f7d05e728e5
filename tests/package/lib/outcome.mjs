// How a call ends, with a bound on when: a call that hangs fails its test and not the run.
import assert from "node:assert/strict";
import { isReelayError } from "../../../pkg/dist/index.mjs";

/** The promise, or a failure when it has not settled in so many ms. */
export async function within(promise, ms = 20_000, what = "the call") {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} did not settle within ${ms} ms` })), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the promise rejects with, whatever it is. */
export async function thrown(promise, ms) {
  const settled = Promise.resolve(promise).then(
    (value) => ({ value }),
    (reason) => ({ reason }),
  );
  const end = await within(settled, ms);
  if (!("reason" in end)) assert.fail(`resolved with ${JSON.stringify(end.value)?.slice(0, 200)}`);
  return end.reason;
}

/** The ReelayError of that code that the promise rejects with. */
export async function failure(promise, code, ms) {
  const error = await thrown(promise, ms);
  if (!isReelayError(error)) throw error;
  assert.equal(error.code, code, `${error.code}: ${error.message}`);
  return error;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Everything an iterable yields. */
export async function collect(iterable) {
  const all = [];
  for await (const one of iterable) all.push(one);
  return all;
}
