// `reelay/react`: a task as the state of a component.
import { createContext, createElement, useCallback, useContext, useMemo, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import { ReelayError } from "#reelay";
import { idle, join, keyOf, refresh, snapshotOf, waiting, type Wanted } from "./react/watches.ts";
import type { Client, Task, TaskRef, WaitOptions } from "./types.ts";

/** How {@link useVideoTask} waits. Compared by value, so they may be written in place; another value begins another wait. */
export interface VideoTaskOptions {
  /**
   * The client to ask with. Make it once, outside of components: another client begins another wait.
   * @defaultValue that of the {@link ReelayProvider} above
   */
  client?: Client;
  /**
   * ms, the whole wait; then `status` is `failed`, `error.code` is `wait_timeout`, and `refresh()` goes on. null: as long as a component shows it.
   * @defaultValue that of {@link WaitOptions.timeoutMs}
   */
  timeoutMs?: number | null;
  /**
   * ms, bounds of the time between two polls.
   * @defaultValue those of {@link WaitOptions.poll}
   */
  poll?: WaitOptions["poll"];
  /**
   * Polls in a row that may fail before the wait gives up.
   * @defaultValue that of {@link WaitOptions.failures}
   */
  failures?: number;
}

/** One of the states that a {@link VideoTask} can be in. */
export interface VideoTaskState<Status, Snapshot, Failure> {
  /**
   * - `idle`: no task was named
   * - `waiting`: it is asked for, again and again; `task` is null until the first answer
   * - `done`: `task` has succeeded
   * - `failed`: it ended without a result, or asking was given up; `error` says why
   */
  status: Status;
  /** The last snapshot. It stays when `status` becomes `failed`. */
  task: Snapshot;
  /** Why it failed: `error.message` says what happened, `error.hint` what to do next. */
  error: Failure;
  /**
   * Asks again at once and goes on from there: after a failure, for news before the next poll, or for a fresh address of a result. What is known
   * stays meanwhile. Always the same function for the same task; it does nothing while `idle`.
   */
  refresh: () => void;
}

/** What a component knows of a task: the same object until something changes. `status` tells which fields are set. */
export type VideoTask =
  | VideoTaskState<"idle", null, null>
  | VideoTaskState<"waiting", Task | null, null>
  | VideoTaskState<"done", Task, null>
  | VideoTaskState<"failed", Task | null, ReelayError>;

const ClientContext = /* @__PURE__ */ createContext<Client | null>(null);

/**
 * Gives a client to every `useVideoTask` below. In Next it belongs into a client component, as a client cannot be sent from the server.
 *
 * @example
 * ```tsx
 * import { createClient } from "reelay";
 * import { ReelayProvider } from "reelay/react";
 *
 * const relay = createClient({ baseUrl: "https://app.example/relay" });
 * const App = () => <ReelayProvider client={relay}><p>The page</p></ReelayProvider>;
 * ```
 */
export function ReelayProvider({ client, children }: { client: Client; children?: ReactNode }): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/**
 * Waits for a task while the component is shown, and renders it again with every change.
 *
 * `ref` is an id or a ref, compared by value; null or undefined: none yet. Components that name the same task with the same client and options
 * share one wait, which ends when the last of them goes. As soon as another ref comes in, nothing of the one before is shown. On a server
 * nothing is asked: it renders as `waiting`.
 *
 * @throws {@link ReelayError} `invalid_argument` where there is neither a provider nor `options.client`. All else comes as `error`.
 * @example
 * ```tsx
 * import { useVideoTask } from "reelay/react";
 *
 * function Clip({ id }: { id: string }) {
 *   const { status, task, error, refresh } = useVideoTask(id);
 *   if (status === "failed") return <p>{error.message} {error.hint} <button onClick={refresh}>Try again</button></p>;
 *   if (status !== "done") return <progress value={task?.progress ?? undefined} />;
 *   return <video src={task.videoUrl ?? undefined} controls />;
 * }
 * ```
 */
export function useVideoTask(ref: string | TaskRef | null | undefined, options: VideoTaskOptions = {}): VideoTask {
  const provided = useContext(ClientContext);
  const client = options.client ?? provided;
  if (!client) {
    throw new ReelayError("invalid_argument", { message: "useVideoTask has no client.", hint: "Render it below <ReelayProvider client={...}>, or give it { client }." });
  }
  const key = ref === null || ref === undefined ? null : keyOf(ref, options);
  // Of the render that changed the key; those after it mean the same.
  const wanted = useMemo<Wanted | null>(() => (key === null ? null : { key, client, ref: ref!, options }), [client, key]);
  const subscribe = useCallback((listener: () => void) => (wanted ? join(wanted, listener) : () => {}), [wanted]);
  const snapshot = useSyncExternalStore(subscribe, () => (wanted ? snapshotOf(wanted) : idle), () => (wanted ? waiting : idle));
  const again = useCallback(() => void (wanted && refresh(wanted)), [wanted]);
  return useMemo(() => ({ ...snapshot, refresh: again }), [snapshot, again]);
}
