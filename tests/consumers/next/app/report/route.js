// A route handler.
import { createClient, isReelayError, ReelayError } from "reelay";
import { calls } from "../../calls.mjs";

export const dynamic = "force-dynamic";

export async function GET() {
  return Response.json(await calls({ createClient, isReelayError, ReelayError }, process.env.RELAY_URL));
}
