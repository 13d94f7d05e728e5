// As Vite gives the address of a file.
import core from "reelay/core.wasm?url";
import { createClient, isReelayError, preload, ReelayError } from "reelay/slim";
import { calls } from "../calls.mjs";

await preload(core);
globalThis.report = await calls({ createClient, isReelayError, ReelayError }, new URL(location).searchParams.get("relay"));
