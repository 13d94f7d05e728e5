// Results of the core as the caller is to get them.
import { isReelayError, ReelayError } from "./error.ts";
import { Rejection } from "./give.ts";

/** A result of the core, or what its rejection holds. */
export async function settled<T>(work: Promise<T> | (() => T)): Promise<T> {
  try {
    return await (typeof work === "function" ? work() : work);
  } catch (thrown) {
    if (thrown instanceof Rejection) throw thrown.error;
    if (isReelayError(thrown)) throw thrown;
    // Anything else is a panic or a trap: the next call works all the same.
    throw new ReelayError("internal", { message: `reelay failed: ${String(thrown)}`, cause: thrown });
  }
}
