// The formats as the crate's tables have them: which calls each knows, and the bodies that answer (src/format).
import { readings, wire } from "#tables";
import type { Format, Status } from "../task-types.ts";

export type Json = Record<string, unknown>;

export type Does = "status" | "many" | "list" | "create" | "stream" | "file" | "content" | "delete";

/** One call: method and path behind the prefix, with `{id}` and its like for what varies. */
export interface Call {
  does: Does;
  ask: string;
  body: string;
  kinds: readonly string[];
  id: string;
  bodies: string;
  needs: readonly (readonly [fields: string, values: string])[];
}

export interface Sample { of: string; http: number; whole: boolean; body: string; }

/** Bodies that belong together, as JSON with placeholders. */
export interface Bodies {
  name: string;
  words: readonly (readonly [status: string, words: readonly string[]])[];
  one: string;
  many: string;
  id: string;
  samples: readonly Sample[];
}

export interface Row {
  name: Format;
  prefixes: readonly string[];
  keyHeader: string | null;
  calls: readonly Call[];
  bodies: readonly Bodies[];
  errors: readonly (readonly [http: number, code: string, message: string])[];
  place: string;
  field: string;
}

export const ROWS = wire as unknown as readonly Row[];

export const rowOf = (format: Format): Row => ROWS.find(({ name }) => name === format)!;

/** What a relay serves that knows `format`, or all of them. The ids in a conversation are known on OpenAI's path. */
export function rowsOf(format?: Format): readonly Row[] {
  if (format === undefined) return ROWS;
  return format === "sora-chat" ? [rowOf(format), rowOf("openai-videos")] : [rowOf(format)];
}

export const bodiesOf = (row: Row, name: string): Bodies => row.bodies.find((bodies) => bodies.name === name) ?? row.bodies[0]!;

/** The sample of a state or an answer; what a named set has not, the format's first one has. */
export function sampleOf(row: Row, bodies: Bodies, ...wanted: string[]): Sample {
  for (const name of wanted) {
    for (const set of [bodies, row.bodies[0]!]) {
      const found = set.samples.find(({ of }) => of.split(" ").includes(name));
      if (found) return found;
    }
  }
  throw new Error(`mockRelay: ${row.name} has no sample of ${wanted[0]}`);
}

const STATUSES = Object.keys(readings) as Status[];

/** What a word means; null for one that no format here knows. */
export function readingOf(word: string): Status | null {
  const plain = word.toLowerCase();
  return STATUSES.find((status) => status === plain || (readings[status] as readonly string[]).includes(plain)) ?? null;
}

export function knownWords(): string[] {
  return [...new Set(STATUSES.flatMap((status) => [status, ...readings[status]]))].filter((word) => word !== "");
}
