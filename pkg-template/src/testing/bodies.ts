// What each format sends: the samples of the tables, filled with what is known of a task.

import type { Step } from "../testing-types.ts";
import type { Status } from "../task-types.ts";
import { fill, fillText, type Values } from "./fill.ts";
import { fnv1a, hex } from "./hash.ts";
import type { View } from "./lives.ts";
import { sampleOf, type Bodies, type Json, type Row } from "./table.ts";

/** Addresses of a task's outputs. */
export interface Links {
  /** Of the video, by the result's place; null where it names none. */
  video: string | null;
  expiresAt: number;
  /** Of the outputs beside it. */
  other(kind: "video" | "cover" | "image" | "audio", number: number): string;
  base64(): string;
}

/** Of a status answer: one task in its envelope. */
export function statusBody(row: Row, bodies: Bodies, view: View, links: Links, now: number): unknown {
  const { task, whole } = taskOf(row, bodies, view, links, now);
  if (whole) return task;
  // Where only lists are answered, of one.
  return bodies.one === "" ? listBody(bodies, [task]) : within(bodies.one, "{task}", task, (name, form) => general(view.id, name, form));
}

/** Of a call for several: the tasks in theirs. */
export function listBody(bodies: Bodies, tasks: Json[], about: Json = {}): unknown {
  const said: Json = { count: tasks.length, ...about };
  return within(bodies.many, "{tasks}", tasks, (name, form) => (name in said ? said[name] : general("list", name, form)));
}

/** The task as it stands in its envelope, or with one of its own. */
export function taskOf(row: Row, bodies: Bodies, view: View, links: Links, now: number): { task: Json; whole: boolean } {
  const word = wordOf(bodies, view);
  const told = view.progress === null ? [] : [`${view.reading}%`];
  const sample = sampleOf(row, bodies, `=${word.toLowerCase()}`, `=${word}`, ...told, view.reading, ...OTHERS[view.reading]);
  const task = fillText(sample.body, valuesOf(row, view, links, now, word)) as Json;
  const placed = /"\{(url|base64)/.test(sample.body) && !view.result.field;
  const field = view.result.field ?? row.field;
  if (view.reading === "succeeded" && links.video !== null && !placed && field !== "") put(task, field, links.video);
  return { task: Object.assign(task, view.fields), whole: sample.whole };
}

/** An answer of its own: created, not_found, refused, file. */
export function answerBody(row: Row, bodies: Bodies, of: string, values: Values): { http: number; body: unknown } {
  const { http, body } = sampleOf(row, bodies, of);
  return { http, body: fillText(body, values) };
}

/** The error envelope for an HTTP status, with the step's words or the format's usual ones. */
export function errorBody(row: Row, bodies: Bodies, http: number, error: Step["error"] = {}): unknown {
  const [, code, text] = row.errors.find(([status]) => status === http) ?? [];
  const said: Json = {
    http, type: http >= 500 ? "server_error" : http === 429 ? "rate_limit_error" : "invalid_request_error",
    code: error.code !== undefined ? error.code : code || null, message: error.message ?? text ?? `HTTP ${http}`,
  };
  return answerBody(row, bodies, "error", (name, form) => general(`${http} ${said.message}`, name, form) ?? formed(said[name], form)).body;
}

/** What stands for a state that a format has no body of its own for. */
const OTHERS: Record<Status, Status[]> = {
  queued: ["running"], running: ["queued"], succeeded: [], failed: ["expired"], expired: ["failed"], unknown: ["running", "queued"],
};

export function wordOf(bodies: Bodies, view: { reading: Status; word: string | null }): string {
  const of = (status: Status) => bodies.words.find(([name]) => name === status)?.[1][0];
  return view.word ?? of(view.reading) ?? (view.reading === "expired" ? of("failed") : undefined) ?? view.reading;
}

export const modelOf = (row: Row, view: View): string => view.model ?? (row.field === "" ? row.name : "sora-2");

/** The second call's handle of a task. */
export const fileOf = (id: string): string => digits(`file ${id}`, 15);

export function valuesOf(row: Row, view: View, links: Links | null, now: number, word: string): Values {
  const inner = view.id.slice(view.id.indexOf(":") + 1);
  const [width = 0, height = 0] = view.size.split("x").map(Number);
  const done = view.reading === "succeeded" || view.reading === "failed" || view.reading === "expired";
  const own: Record<string, unknown> = {
    id: view.id, inner, word, model: modelOf(row, view), prompt: view.prompt, seconds: view.seconds, size: view.size, width, height,
    orientation: height > width ? "portrait" : "landscape",
    progress: view.progress, percent: view.progress === null ? null : Math.round(view.progress * 100),
    code: view.error?.code ?? null,
    message: view.error?.message ?? (view.reading === "expired" ? "task expired" : "Video generation failed."),
    file: fileOf(view.id), row: parseInt(hex(view.id, 4), 16) + 1,
  };
  const times: Record<string, number | null | undefined> = {
    created: view.createdAt, started: view.startedAt, finished: done ? view.finishedAt : null,
    updated: view.finishedAt ?? now, expires: links?.expiresAt,
  };
  return (name, form) => {
    if (name in times) return times[name] === null || times[name] === undefined ? null : moment(times[name], form);
    if (name in own) return formed(own[name], form);
    if (links && name === "url") return view.result.field ? null : form === "" ? links.video : links.other("video", Number(form));
    if (links && name === "base64") return links.base64();
    if (links && (name === "cover" || name === "image" || name === "audio")) return links.other(name, Number(form || 1));
    return general(view.id, name, form);
  };
}

/** A new task's id. */
export function newId(bodies: Bodies, seed: string, said: Json, now: number): string {
  const values: Values = (name, form) => said[name] ?? (name === "stamp" ? new Date(now).toISOString().replace(/\D/g, "").slice(0, 14) : general(seed, name, form));
  return String(fill(bodies.id, values));
}

/** What needs no task, but looks as if it did. */
function general(seed: string, name: string, form: string): unknown {
  if (name === "hex") return hex(seed, Number(form));
  if (name === "digits") return digits(seed, Number(form));
  if (name === "uuid" || name === "request") return requestOf(`${name} ${seed}`);
  return undefined;
}

function requestOf(seed: string): string {
  return hex(seed, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}

/** Digits without a leading zero. */
function digits(seed: string, count: number): string {
  let text = String((fnv1a(seed) % 9) + 1);
  for (let i = 0; text.length < count; i++) text += String(fnv1a(`${seed} ${i}`) % 10);
  return text;
}

/** Codes come as text; what is no number has none. */
function formed(value: unknown, form: string): unknown {
  if (form !== "number") return value;
  return value === null || value === "" || Number.isNaN(Number(value)) ? null : Number(value);
}

function moment(ms: number, form: string): unknown {
  switch (form) {
    case "ms": return Math.round(ms);
    case "iso": return new Date(ms).toISOString();
    case "text": return new Date(ms).toISOString().replace("T", " ").replace("Z", "");
    default: return Math.floor(ms / 1000);
  }
}

/** The envelope's JSON with `content` where it says so; the content itself may hold braces of its own. */
function within(envelope: string, mark: string, content: unknown, values: Values): unknown {
  const inside = (template: unknown): unknown => {
    if (template === mark) return content;
    if (typeof template !== "object" || template === null) return fill(template, values);
    return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, inside(item)]));
  };
  return inside(JSON.parse(envelope));
}

/** Sets `a.b.0` and makes what is missing on the way. */
function put(target: Json, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop()!;
  let at: Json = target;
  keys.forEach((key, index) => {
    at[key] ??= /^\d+$/.test(keys[index + 1] ?? last) ? [] : {};
    at = at[key] as Json;
  });
  at[last] = value;
}
