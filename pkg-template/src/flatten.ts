// A JSON value as one text, in which the core reads it: src/web/flat.rs tells the grammar.

/** No relay's body nests deeper; what does is not looked at. */
const DEPTH = 24;

/** Flattens a value. What JSON cannot hold is null; getters and proxies of the caller's run here. */
export function flatten(value: unknown, depth = 0): string {
  switch (typeof value) {
    case "string":
      return `s${clean(value)}\0`;
    case "number":
      return `d${value}\0`;
    case "boolean":
      return value ? "t" : "f";
    case "object":
      if (value === null || depth > DEPTH) return "n";
      if (Array.isArray(value)) {
        let items = "[";
        for (const item of value) items += flatten(item, depth + 1);
        return `${items}]`;
      }
      return flattenObject(value as Record<string, unknown>, depth);
    default:
      return "n";
  }
}

function flattenObject(value: Record<string, unknown>, depth: number): string {
  let entries = "{";
  for (const key of Object.keys(value)) {
    const of = value[key];
    // For the core a key that is there has been set.
    if (of !== undefined && typeof of !== "function") entries += `${clean(key)}\0${flatten(of, depth + 1)}`;
  }
  return `${entries}}`;
}

const clean = (text: string) => (text.includes("\0") ? text.replaceAll("\0", "") : text);

/** Parses JSON text and flattens it; undefined where it is none. */
export function flattenText(text: string): string | undefined {
  try {
    return flatten(JSON.parse(text));
  } catch {
    return undefined;
  }
}
