import { createClient, isReelayError, ReelayError } from "reelay";
import { calls } from "../calls.mjs";

calls({ createClient, isReelayError, ReelayError }, process.argv[2]).then((report) => {
  console.log(JSON.stringify(report));
});
