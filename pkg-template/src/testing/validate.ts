// Checks a script, so that a slip of the pen is an error with its place and not a test that means nothing.

import type { ByteFault, MockScript, Result, Step } from "../testing-types.ts";
import { SHORTEST } from "./source.ts";
import { knownWords, readingOf, ROWS } from "./table.ts";

export type CheckedScript = Omit<MockScript, "tasks" | "created"> & { tasks: Record<string, Step[]>; created: Step[][] };

/** Returns what was wanted instead, or null. */
type Check = (value: unknown) => string | null;
type Checks<T> = Record<keyof Required<T>, Check>;

const FORMATS: string[] = ROWS.map(({ name }) => name);
const PLACES = ["content", "relay", "cdn", "redirect", "json", "base64", "data", "none"];

const text: Check = (v) => (typeof v === "string" ? null : "text");
const flag: Check = (v) => (typeof v === "boolean" ? null : "true or false");
const record: Check = (v) => (typeof v === "object" && v !== null && !Array.isArray(v) ? null : "an object");
const anything: Check = () => null;
const atLeast = (least: number, unit: string, whole = false): Check => (v) =>
  typeof v === "number" && Number.isFinite(v) && v >= least && (!whole || Number.isInteger(v)) ? null : `${unit}, ${least} or more`;
const duration = atLeast(0, "milliseconds");
const size = atLeast(0, "a whole number of bytes", true);
const oneOf = (words: string[]): Check => (v) => (words.includes(v as string) ? null : `one of ${words.join(", ")}`);
const either = (...checks: Check[]): Check => (v) => {
  const wanted = checks.map((check) => check(v));
  return wanted.includes(null) ? null : wanted.join(", or ");
};
const listOf = (check: Check): Check => (v) =>
  Array.isArray(v) && v.length > 0 && v.every((entry) => check(entry) === null) ? null : `a list of ${check(undefined)}`;
const fraction: Check = (v) => (typeof v === "number" && v >= 0 && v <= 1 ? null : "a fraction from 0 to 1 (0.4 is 40 percent)");
const nullOr = (check: Check): Check => (v) => (v === null ? null : check(v));
const image: Check = (v) => (v instanceof Uint8Array ? null : "a Uint8Array");
const bytes: Check = either(image, atLeast(SHORTEST, "a length in bytes", true));

const texts: Check = (v) => (record(v) === null && Object.values(v as object).every((each) => typeof each === "string") ? null : "an object of texts");

const trouble = {
  delayMs: (v: unknown) => (v === Infinity ? null : duration(v)), reset: either(flag, oneOf(["close", "head"])), headMs: duration, retryAfter: either(atLeast(0, "seconds"), text), headers: texts, body: anything, html: text,
  http: ((v) => (Number.isInteger(v) && (v as number) >= 200 && (v as number) <= 599 ? null : "an HTTP status from 200 to 599")) as Check,
  cutAfter: size, cutBy: oneOf(["close", "reset", "half"]), chunkBytes: atLeast(1, "a whole number of bytes", true), stallAfter: size, bytesPerSecond: atLeast(1, "bytes per second"),
};
const byteFault: Checks<ByteFault> = {
  ...trouble, endAfter: size, contentLength: nullOr(size), ignoreRange: flag, etag: text, contentType: text,
  part: ((v) => (Array.isArray(v) && v.length === 2 && v.every((byte) => size(byte) === null) && v[0] <= v[1] ? null : "a pair: the first and the last byte")) as Check,
};
const result: Checks<Result> = {
  place: oneOf(PLACES), field: text, bytes, expiresMs: either(duration, listOf(duration)), faults: anything,
};
const step: Checks<Step> = {
  ...trouble,
  status: (v) => (typeof v === "string" && readingOf(v) !== null ? null : `one of ${knownWords().join(", ")}; any other word goes into rawStatus`),
  rawStatus: text,
  progress: nullOr(either(fraction, (v) => (Array.isArray(v) && v.length === 2 && v.every((p) => fraction(p) === null) ? null : "a pair of them"))),
  error: record, polls: atLeast(1, "a whole number of polls", true), forMs: duration, result: record, fields: record,
  model: text, prompt: text, seconds: text, size: text,
};
const script: Checks<MockScript> = {
  format: oneOf(FORMATS), tasks: record, created: anything, apiKey: text, baseUrl: address, cdnUrl: address, video: bytes,
  thumbnail: image, spritesheet: image, clock: oneOf(["real", "manual"]),
  speed: (v) => (typeof v === "number" && v > 0 && Number.isFinite(v) ? null : "a number above 0"),
  startAt: atLeast(0, "milliseconds since 1970"), cors: flag, copies: flag, restartAfterMs: duration,
  tick: (v) => (typeof v === "function" ? null : "a function that moves fake timers, (ms) => mock.timers.tick(ms)"),
};

const USUAL: Step[] = [{ status: "queued" }, { status: "running", progress: 0.25 }, { status: "running", progress: 0.75 }, { status: "succeeded" }];

export function checkScript(input: MockScript): CheckedScript {
  checkFields("script", input, script);
  if (!input.tasks) throw new TypeError("mockRelay: script.tasks must be an object: task id to list of steps");
  for (const [id, steps] of Object.entries(input.tasks)) checkSteps(`tasks[${JSON.stringify(id)}]`, steps);
  if (input.tick && input.clock === "manual") throw new TypeError("mockRelay: script.tick moves the timers that a real clock follows: leave out clock");
  const created = (input.created ?? USUAL) as Step[] | Step[][];
  const lives = (Array.isArray(created[0]) ? created : [created]) as Step[][];
  lives.forEach((life, index) => checkSteps(lives === created ? `created[${index}]` : "created", life));
  return {
    ...input,
    tasks: input.tasks as Record<string, Step[]>,
    created: lives,
  };
}

function checkSteps(place: string, steps: unknown): void {
  if (!Array.isArray(steps) || steps.length === 0) throw new TypeError(`mockRelay: ${place} must be a list with at least one step`);
  steps.forEach((each: Step, index) => {
    const here = `${place}[${index}]`;
    checkFields(here, each, step);
    if (each.polls !== undefined && each.forMs !== undefined) throw new TypeError(`mockRelay: ${here} holds for polls or forMs, not for both`);
    if (each.error) checkFields(`${here}.error`, each.error, { code: nullOr(text), message: nullOr(text) });
    if (!each.result) return;
    checkFields(`${here}.result`, each.result, result);
    [each.result.faults ?? []].flat().forEach((fault, i) => checkFields(`${here}.result.faults[${i}]`, fault, byteFault));
  });
}

function checkFields(place: string, value: unknown, checks: Record<string, Check>): void {
  if (record(value) !== null) throw new TypeError(`mockRelay: ${place} must be an object`);
  for (const [name, field] of Object.entries(value as object)) {
    if (!Object.hasOwn(checks, name)) {
      throw new TypeError(`mockRelay: ${place} has no field "${name}"; it may have ${Object.keys(checks).join(", ")}`);
    }
    const wanted = field === undefined ? null : checks[name]!(field);
    if (wanted !== null) throw new TypeError(`mockRelay: ${place}.${name} must be ${wanted}; it is ${show(field)}`);
  }
}

function address(value: unknown): string | null {
  return typeof value === "string" && /^https?:\/\/[^/]/.test(value) && URL.canParse(value) ? null : "an http or https address";
}

function show(value: unknown): string {
  return (typeof value === "string" || typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, 80);
}
