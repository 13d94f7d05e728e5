// Placeholders: `{name}`, `{name:form}`, and `{name|else}` for what has no value.

/** The value of a placeholder; null or undefined where there is none. */
export type Values = (name: string, form: string) => unknown;

const PLACEHOLDER = /\{([a-z0-9]+)(?::([a-z0-9]+))?(?:\|([^}]*))?\}/g;
const WHOLE = new RegExp(`^${PLACEHOLDER.source}$`);

/** A template of JSON with every placeholder filled. A text that is nothing but one becomes a value of its type. */
export function fill(template: unknown, values: Values): unknown {
  if (typeof template === "string") {
    const whole = WHOLE.exec(template);
    if (whole) return valueOf(values, whole) ?? null;
    return template.replace(PLACEHOLDER, (...match) => String(valueOf(values, match) ?? ""));
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, values));
  if (typeof template === "object" && template !== null) {
    return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fill(item, values)]));
  }
  return template;
}

/** The same for JSON text. */
export const fillText = (template: string, values: Values): unknown => fill(JSON.parse(template), values);

function valueOf(values: Values, [, name, form, otherwise]: ArrayLike<string | undefined> & Iterable<string | undefined>): unknown {
  const value = values(name!, form ?? "");
  return value ?? (otherwise === undefined ? null : parsed(otherwise));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
