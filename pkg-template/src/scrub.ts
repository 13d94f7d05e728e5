// Keys that others quote: a relay in its message, a fetch in its error.

/** Shorter keys are words that a message may hold by chance. */
const SHORTEST = 6;

export class Scrubber {
  #key = "";

  /** Remembers a key, and passes it on. */
  knows<T>(key: T): T {
    if (typeof key === "string") this.#key = key.trim();
    return key;
  }

  /** A text or a thrown value without the key. */
  scrub(thrown: unknown): unknown {
    const key = this.#key;
    if (key.length < SHORTEST) return thrown;
    if (typeof thrown === "string") return thrown.split(key).join("[key]");
    return quotes(thrown, key) ? new Error(String((thrown as Error).message ?? "").split(key).join("[key]")) : thrown;
  }
}

/** Whether an error, or a cause of it, quotes the key anywhere that a log would show. */
function quotes(thrown: unknown, key: string, depth = 0): boolean {
  if (typeof thrown === "string") return thrown.includes(key);
  if (typeof thrown !== "object" || thrown === null || depth > 4) return false;
  const names = new Set(["name", "message", "stack", "cause", ...Object.keys(thrown)]);
  return [...names].some((name) => quotes((thrown as Record<string, unknown>)[name], key, depth + 1));
}
