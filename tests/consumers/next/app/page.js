// A server component: the calls are made while the page is rendered.
import { createClient, isReelayError, ReelayError } from "reelay";
import { calls } from "../calls.mjs";

export const dynamic = "force-dynamic";

export default async function Page() {
  const report = await calls({ createClient, isReelayError, ReelayError }, process.env.RELAY_URL);
  return <pre>{JSON.stringify(report)}</pre>;
}
