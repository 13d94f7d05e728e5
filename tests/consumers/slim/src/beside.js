// Nothing to start, and nothing to say: the core is where the bundler has put it.
import { createClient, isReelayError, ReelayError } from "reelay/slim";
import { calls } from "../calls.mjs";

globalThis.report = await calls({ createClient, isReelayError, ReelayError }, new URL(location).searchParams.get("relay"));
