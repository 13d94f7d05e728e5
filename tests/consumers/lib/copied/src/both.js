// A program that imports the package, with a dependency that requires it.
import { isReelayError, parseTaskRef, ReelayError } from "reelay";
import required from "./required.cjs";

try {
  required.parseTaskRef({});
} catch (error) {
  console.log(JSON.stringify({
    sameClass: required.ReelayError === ReelayError,
    sameCall: required.parseTaskRef === parseTaskRef,
    mine: error instanceof ReelayError,
    brand: isReelayError(error),
  }));
}
