// What saving to a disk and to a browser's own files share: the way to a download's chunks, and what a part is of.
import { ReelayError } from "#reelay";
import type { SourceOf } from "./download.ts";
import type { Download, Task, TaskRef } from "./types.ts";

const sourceOf = Symbol.for("reelay.source");

/** The task and which of its outputs, at which relay. Never mixed with the bytes of another. */
export interface Of {
  relay: string;
  id: string;
  variant: string;
  output: number;
}

/** The way to a download's chunks; `caller` is who asks. Refuses what no client made, and what is no signal. */
export function sourceFrom(download: Download, caller: string, signal: AbortSignal | undefined): SourceOf {
  const open = (download as unknown as Record<symbol, SourceOf | undefined> | null | undefined)?.[sourceOf];
  if (typeof open !== "function") throw invalid(`${caller} needs a download that a client of this package made.`);
  if (signal !== undefined && typeof signal?.addEventListener !== "function") throw invalid("signal must be an AbortSignal.");
  return open;
}

export function ofDownload({ baseUrl, task, options }: SourceOf): Of {
  const id = typeof task === "string" ? task : (task as Task).ref?.id ?? (task as TaskRef).id;
  // The origin: the same relay is written with and without a slash or /v1.
  return { relay: new URL(baseUrl).origin, id: String(id), variant: options.variant ?? "video", output: options.output ?? 0 };
}

/** Whether what a note says its part is of is the same. */
export const isOf = (found: Of, of: Of): boolean => (Object.keys(of) as (keyof Of)[]).every((key) => found[key] === of[key]);

export const isLength = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

export function refOf({ task }: SourceOf): TaskRef | null {
  if (typeof task === "string") return null;
  return "ref" in task ? task.ref : task;
}

export const invalid = (message: string, hint?: string, cause?: unknown) => new ReelayError("invalid_argument", { message, hint, cause });
