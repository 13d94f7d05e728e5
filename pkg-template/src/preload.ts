// A start ahead of time.
import { ready } from "./start.ts";

/** Optional: starts the core before the first call. Idempotent. */
export async function preload(): Promise<void> {
  await ready();
}
