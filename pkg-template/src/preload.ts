// A start ahead of time.
import { ready } from "./start.ts";

/**
 * Optional: starts the core before the first call. Idempotent.
 *
 * @throws {@link ReelayError} `wasm_unavailable` where the host forbids WebAssembly, `internal`. A later call tries again.
 * @example
 * ```ts
 * await preload(); // while the page loads; the first query then only waits for the relay
 * ```
 */
export async function preload(): Promise<void> {
  await ready();
}
