import { createClient, isReelayError, ReelayError } from "reelay";
import { calls } from "../calls.mjs";

const relay = new URLSearchParams(location.search).get("relay");
calls({ createClient, isReelayError, ReelayError }, relay).then((report) => {
  globalThis.report = report;
});
