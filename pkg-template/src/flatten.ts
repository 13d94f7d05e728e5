// A JSON value as one text, in which the core reads it: src/flat.rs tells the grammar.

/** No relay's body nests deeper; what does is not looked at. */
const DEPTH = 24;
/** No relay's body has more values; a hostile one is not looked at for longer. */
const VALUES = 200_000;
/** Of one list, so that what stands behind it is still looked at. */
const ITEMS = 10_000;

let left = VALUES;

/** Flattens a value. What JSON cannot hold is null; getters and proxies of the caller's run here. */
export function flatten(value: unknown): string {
  left = VALUES;
  return flat(value, 0);
}

function flat(value: unknown, depth: number): string {
  left -= 1;
  switch (typeof value) {
    case "string":
      return `s${clean(value)}\0`;
    case "number":
      return Number.isSafeInteger(value) ? `d${value}\0` : `x${bits(value)}\0`;
    case "boolean":
      return value ? "t" : "f";
    case "object":
      if (value === null || depth > DEPTH) return "n";
      if (Array.isArray(value)) {
        let items = "[";
        for (let at = 0; at < Math.min(value.length, ITEMS) && left > 0; at += 1) items += flat(value[at], depth + 1);
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
    if (left <= 0) break;
    const of = value[key];
    const name = clean(key);
    // For the core a key that is there has been set. One that begins as a map ends would end it, and means nothing to any rule.
    if (of !== undefined && name[0] !== "}") entries += `${name}\0${flat(of, depth + 1)}`;
  }
  return `${entries}}`;
}

const view = new DataView(new ArrayBuffer(8));

/** The two halves of a number's bits: decimal digits would have to be read back exactly. */
function bits(number: number): string {
  view.setFloat64(0, number);
  return `${view.getUint32(0)},${view.getUint32(4)}`;
}

/** A number back from its two halves. */
export function joined([high, low]: [number, number]): number {
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
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
