// With the loader "file" an import of the core is the address of a copy of it.
import core from "reelay/core.wasm";
import { createClient, isReelayError, preload, ReelayError } from "reelay/slim";
import { calls } from "../calls.mjs";

await preload(core);
globalThis.report = await calls({ createClient, isReelayError, ReelayError }, new URL(location).searchParams.get("relay"));
