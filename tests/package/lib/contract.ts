// The public contract, as far as this version has it, and that the package's types are assignable to it and from it.
// Compiled by types.test.mjs in a consumer's folder.
import * as reelay from "reelay";
import * as proxy from "reelay/proxy";

type EveryFormat =
  | "openai-videos" | "unified-video" | "newapi-generations" | "sora-chat" | "kling" | "wan" | "minimax" | "vidu" | "doubao" | "veo-native"
  | "suno" | "midjourney" | "jimeng" | "luma" | "runway" | "replicate";
type SeedFormat = "openai-videos" | "unified-video" | "newapi-generations";
/** A version may know fewer than the contract names, and the three of the seed at least. */
type Format = reelay.Format;
interface TaskRef { id: string; format: Format; baseUrl: string; }
type Status = "queued" | "running" | "succeeded" | "failed" | "expired" | "unknown";
interface Output { kind: "video" | "image" | "audio" | "cover"; url: string; }
interface Task {
  ref: TaskRef; id: string; status: Status; rawStatus: string | null; progress: number | null; outputs: Output[]; videoUrl: string | null;
  error: { code: string | null; message: string | null } | null;
  model: string | null; createdAt: number | null; completedAt: number | null; expiresAt: number | null; raw: unknown;
}
interface ClientOptions {
  baseUrl: string | URL; apiKey?: string | (() => string | Promise<string>); format?: Format | "auto"; headers?: Record<string, string>;
  fetch?: typeof fetch; timeoutMs?: number; retries?: number; limits?: { concurrent?: number; perSecond?: number }; onEvent?: (event: ClientEvent) => void;
}
interface ClientEvent { type: string; at: number; ref?: TaskRef; [detail: string]: unknown; }
interface CallOptions { signal?: AbortSignal; }
interface WaitOptions extends CallOptions {
  timeoutMs?: number | null; poll?: { minMs?: number; maxMs?: number }; failures?: number; onUpdate?: (task: Task) => void;
}
interface DownloadOptions extends CallOptions {
  variant?: "video" | "thumbnail" | "spritesheet"; output?: number; onProgress?: (progress: { bytes: number; total: number | null }) => void;
  idleTimeoutMs?: number; wait?: WaitOptions;
}
interface Client {
  query(task: string | TaskRef, options?: CallOptions): Promise<Task>;
  wait(task: string | TaskRef, options?: WaitOptions): Promise<Task>;
  watch(task: string | TaskRef, options?: WaitOptions): AsyncIterable<Task>;
  step(task: string | TaskRef, state?: StepState | null, options?: WaitOptions): Promise<StepResult>;
  download(task: string | TaskRef | Task, options?: DownloadOptions): Download;
  all(tasks: Iterable<string | TaskRef>, options?: WaitOptions): AsyncIterable<Settled>;
  create(request: CreateRequest, options?: CallOptions): Promise<Task>;
}
interface CreateRequest {
  model: string; prompt: string; images?: (string | Blob)[]; seconds?: number; size?: string; aspectRatio?: string; extra?: Record<string, unknown>;
}
type StepState = { readonly v: 1; [key: string]: unknown };
interface StepResult { task: Task | null; state: StepState; delayMs: number | null; }
type Settled = { ok: true; ref: TaskRef; task: Task } | { ok: false; ref: TaskRef; error: ReelayError };
interface Download {
  stream(): ReadableStream<Uint8Array>;
  bytes(options?: { maxBytes?: number }): Promise<Uint8Array>;
  blob(options?: { maxBytes?: number }): Promise<Blob>;
  pipeTo(sink: WritableStream<Uint8Array>): Promise<{ bytes: number; mediaType: string | null }>;
}
type ErrorCode =
  | "invalid_argument" | "auth" | "not_found" | "rate_limited" | "insufficient_funds" | "rejected" | "server" | "network" | "timeout" | "wait_timeout"
  | "task_failed" | "task_expired" | "unexpected_response" | "no_output" | "not_a_video" | "download_incomplete" | "too_large" | "unsafe_url"
  | "wasm_unavailable" | "internal";
interface ReelayError extends Error {
  readonly code: ErrorCode; readonly ref: TaskRef | null; readonly task: Task | null; readonly httpStatus: number | null;
  readonly server: { code: string | null; message: string | null } | null; readonly requestId: string | null; readonly retryAfterMs: number | null;
  readonly seen: Record<string, number> | null; readonly bytes: number | null; readonly hint: string | null;
  toJSON(): object;
}
interface Contract {
  createClient(options: ClientOptions): Client;
  readTask(body: unknown, options?: { format?: Format | "auto"; httpStatus?: number; id?: string; baseUrl?: string }): Promise<Task>;
  readTasks(body: unknown, options?: { format?: Format | "auto"; httpStatus?: number; baseUrl?: string }): Promise<Task[]>;
  parseTaskRef(json: unknown): TaskRef;
  preload(): Promise<void>;
  isReelayError(e: unknown): e is ReelayError;
}

type CreateProxy = (options: {
  baseUrl: string | URL; apiKey: string | (() => string | Promise<string>); format?: Format | "auto"; fetch?: typeof fetch;
  authorize: (request: Request, about: { taskId: string; action: "query" | "content" }) => boolean | Promise<boolean>;
}) => (request: Request) => Promise<Response>;

/** Compiles only where the first is assignable to the second. */
type Fits<From extends To, To> = From;
/** Compiles only where each is assignable to the other. */
type Same<A extends B, B extends C, C = A> = [A, B, C];

export type Checks = [
  Fits<typeof reelay, Contract>, Fits<typeof proxy.createProxy, CreateProxy>, Fits<reelay.ReelayError, ReelayError>, Same<reelay.ErrorCode, ErrorCode>, Fits<reelay.Format, EveryFormat>, Fits<SeedFormat, reelay.Format>,
  Same<reelay.TaskRef, TaskRef>, Same<reelay.Status, Status>, Same<reelay.Output, Output>, Same<reelay.Task, Task>,
  Same<reelay.ClientOptions, ClientOptions>, Fits<reelay.ClientEvent, ClientEvent>, Same<reelay.CallOptions, CallOptions>,
  Same<reelay.WaitOptions, WaitOptions>, Same<reelay.DownloadOptions, DownloadOptions>, Fits<reelay.Client, Client>, Fits<reelay.Download, Download>,
  Same<reelay.StepState, StepState>, Fits<reelay.StepResult, StepResult>, Fits<reelay.Settled, Settled>,
];
