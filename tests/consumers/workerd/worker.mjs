import { createClient, isReelayError, ReelayError } from "reelay";
import { calls } from "./calls.mjs";

export default {
  async fetch(request) {
    const relay = new URL(request.url).searchParams.get("relay");
    return Response.json(await calls({ createClient, isReelayError, ReelayError }, relay));
  },
};
