// What must not be shown: keys that others quote, and the signatures of addresses.

/** Shorter keys are words that a message may hold by chance. */
const SHORTEST = 6;
const DEEPEST = 5;

/** A client's key may be another one in each call; so many are remembered. */
const MOST = 8;

export class Scrubber {
  /** Each key with its spellings, once they have been needed. */
  readonly #keys = new Map<string, RegExp[] | undefined>();

  /** Remembers a key as it is sent, without its scheme, and passes it on. */
  knows<T>(given: T): T {
    const key = typeof given === "string" ? given.trim().replace(/^bearer\s+/i, "") : "";
    if (key.length >= SHORTEST && !this.#keys.has(key)) {
      if (this.#keys.size >= MOST) this.#keys.delete([...this.#keys.keys()][0]!);
      this.#keys.set(key, undefined);
    }
    return given;
  }

  /** A text without the keys. */
  text(text: string): string {
    return this.#spellings.reduce((rest, spelling) => rest.replace(spelling, "[key]"), text);
  }

  /** A thrown value, or an error in its place if it quotes the key anywhere that a log would show. */
  thrown(thrown: unknown): unknown {
    if (this.#keys.size === 0 || !this.#quotes(thrown, 0, new Set())) return thrown;
    if (typeof thrown === "string") return this.text(thrown);
    return new Error(this.text(String((thrown as Error).message ?? "An error that quoted the key.")));
  }

  /** Made when something has failed, and not before. */
  get #spellings(): RegExp[] {
    for (const [key, made] of this.#keys) if (!made) this.#keys.set(key, spellingsOf(key));
    return [...this.#keys.values()].flat() as RegExp[];
  }

  #quotes(value: unknown, depth: number, seen: Set<unknown>): boolean {
    if (typeof value === "string") return this.#spellings.some((spelling) => value.search(spelling) >= 0);
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

/** A key as it may be quoted: as it is, percent-encoded or escaped in whatever part, or anywhere inside base64. */
function spellingsOf(key: string): RegExp[] {
  const plain = [...key].map((character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16).padStart(2, "0");
    return `(?:\\\\?\\u{${hex}}|%(?:25)?${hex}|\\\\u00${hex}|&#(?:x${hex}|${code});)`;
  });
  // Three bytes are four characters: where the key begins among them decides how it looks.
  const base64 = [0, 1, 2].flatMap((before) => {
    try {
      const packed = btoa("\0".repeat(before) + key).slice(before && before + 1, Math.floor(((before + key.length) * 4) / 3));
      return packed.replace(/\+/g, "(?:[+-]|%2b)").replace(/\//g, "(?:[/_]|%2f)");
    } catch {
      return []; // No key that can be sent.
    }
  });
  return [new RegExp(plain.join(""), "giu"), new RegExp(base64.join("|") || "$^", "g")];
}

/** URLs in a text, cut to origin and path; also escaped as in JSON, or percent-encoded as in another URL's query. */
export const unsigned = (text: string): string =>
  text
    .replace(/(https?:(?:\\?\/){2}[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, "$1")
    .replace(/(https?%3a%2f%2f(?:(?!%3f|%23)[^\s"'<>&])*)(?:%3f|%23)[^\s"'<>&]*/gi, "$1");
