// What a request was answered: of which kind its body is, and its headers.

/** What a body is that is no JSON, as src/web/fetch.rs takes it. */
export const enum Kind {
  Empty, Text, Markup, TooLarge, Unread, Json,
}

/** An answer, its body read or left. Only one that came in time is ever looked at again. */
export interface Answer {
  status: number;
  response: Response;
  kind: number;
  body?: unknown;
}

/** What a fetch threw that was refused, was cut while its body was read, or gave no Response at all. */
export interface Thrown {
  cause: unknown;
}

/** What a body's text is; null is more of it than is read. */
export function read(text: string | null): Pick<Answer, "kind" | "body"> {
  if (text === null) return { kind: Kind.TooLarge };
  try {
    return { kind: Kind.Json, body: JSON.parse(text) };
  } catch {
    const start = text.trimStart();
    return { kind: start === "" ? Kind.Empty : start.startsWith("<") ? Kind.Markup : Kind.Text };
  }
}

/** A header; a caller's fetch may answer with less than a Response. */
export function headerOf({ headers }: Response, name: string): string | undefined {
  try {
    const value: unknown = headers.get(name);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
