import { createClient, isReelayError, ReelayError } from "reelay";
import { calls } from "./calls.mjs";

console.log(JSON.stringify(await calls({ createClient, isReelayError, ReelayError }, process.argv[2])));
