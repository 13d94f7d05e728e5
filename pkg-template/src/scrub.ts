// What must not be shown: keys that others quote, and the signatures of addresses.

/** Shorter keys are words that a message may hold by chance. */
const SHORTEST = 6;
const DEEPEST = 5;

export class Scrubber {
  #key = "";

  /** Remembers a key as it is sent, without its scheme, and passes it on. */
  knows<T>(key: T): T {
    if (typeof key === "string") this.#key = key.trim().replace(/^bearer\s+/i, "");
    return key;
  }

  /** A text without the key. */
  text(text: string): string {
    return this.#key.length < SHORTEST ? text : text.split(this.#key).join("[key]");
  }

  /** A thrown value, or an error in its place if it quotes the key anywhere that a log would show. */
  thrown(thrown: unknown): unknown {
    if (this.#key.length < SHORTEST || !this.#quotes(thrown, 0, new Set())) return thrown;
    if (typeof thrown === "string") return this.text(thrown);
    return new Error(this.text(String((thrown as Error).message ?? "An error that quoted the key.")));
  }

  #quotes(value: unknown, depth: number, seen: Set<unknown>): boolean {
    if (typeof value === "string") return value.includes(this.#key);
    if (typeof value !== "object" || value === null || depth > DEEPEST || seen.has(value)) return false;
    seen.add(value);
    try {
      if (value instanceof Headers || value instanceof Map) return this.#quotes([...value], depth, seen);
      const names = new Set(["message", "stack", "cause", ...Object.getOwnPropertyNames(value)]);
      return [...names].some((name) => this.#quotes((value as Record<string, unknown>)[name], depth + 1, seen));
    } catch {
      // What cannot be looked at cannot be vouched for.
      return true;
    }
  }
}

/** URLs in a text, cut to origin and path. */
export const unsigned = (text: string): string => text.replace(/(https?:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, "$1");
