// Numbers and tasks as people read them.
import type { Task } from "#reelay";
import { unsigned } from "../scrub.ts";

export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${value.toFixed(1)} ${unit}`;
}

export const percent = (part: number): string => `${Math.floor(part * 100)} %`;

export function span(ms: number): string {
  const [value, unit] = ms < 60_000 ? [ms / 1e3, "s"] : ms < 3_600_000 ? [ms / 60_000, "min"] : ms < 172_800_000 ? [ms / 3_600_000, "h"] : [ms / 86_400_000, "days"];
  return `${Math.round(value)} ${unit}`;
}

const time = (ms: number) => new Date(ms).toISOString();

/** Where an output is, without what lets anyone fetch it. */
export const shown = (url: string): string => (/^data:/i.test(url) ? "data:" : unsigned(url));

/** A snapshot for machines: all of it but the relay's own body and the signatures. */
export function plain({ raw: _, outputs, videoUrl, ...rest }: Task): object {
  return { ...rest, outputs: outputs.map(({ kind, url }) => ({ kind, url: shown(url) })), videoUrl: videoUrl && shown(videoUrl) };
}

/** In a line: `running (video_upsampling), 42 %`. */
export function state({ status, rawStatus, progress }: Task): string {
  const own = rawStatus && rawStatus.toLowerCase() !== status ? ` (${rawStatus})` : "";
  return `${status}${own}${progress === null || status === "succeeded" ? "" : `, ${percent(progress)}`}`;
}

/** In full. */
export function described(task: Task): string {
  const { id, ref, model, createdAt, completedAt, expiresAt, outputs, error } = task;
  const rows: [string, string | null][] = [
    ["task", id], ["status", state(task)], ["format", ref.format], ["model", model],
    ["created", createdAt && time(createdAt)], ["completed", completedAt && time(completedAt)], ["expires", expiresAt && time(expiresAt)],
    ...outputs.map(({ kind, url }): [string, string] => [kind, shown(url)]),
    ["error", error && [error.code, error.message].filter(Boolean).join(": ")],
  ] as [string, string | null][];
  return table(rows.filter((row): row is [string, string] => !!row[1]));
}

export const table = (rows: [string, string][]): string => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
};
