// `reelay/react`: a task as the state of a component.
import { createContext, createElement, useCallback, useContext, useMemo, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import { ReelayError } from "#reelay";
import { idle, join, keyOf, refresh, snapshotOf, waiting, type Wanted } from "./react/watches.ts";
import type { Client, Task, TaskRef } from "./types.ts";

/** The options of `useVideoTask`. Compared by value, so they may be written in place; another value begins another wait. */
export interface VideoTaskOptions {
  /** The client to ask with. Make it once, outside of components: another client begins another wait. Default the provider's. */
  client?: Client;
  /** ms, the whole wait; then `status` is `failed`, `error.code` is `wait_timeout`, and `refresh()` goes on. Default 20 minutes; null: while a component shows it. */
  timeoutMs?: number | null;
  /** ms, bounds of the time between polls. Default 2 to 15 seconds. */
  poll?: {
    /** ms, the shortest. Default 2_000. */
    minMs?: number;
    /** ms, the longest. Default 15_000. */
    maxMs?: number;
  };
  /** Polls in a row that may fail before the wait gives up. Default 10. */
  failures?: number;
}

/** What a component knows of a task. The same object until something changes. */
export interface VideoTask {
  /**
   * - `idle`: no task was named
   * - `waiting`: it is asked for, again and again; `task` is its last snapshot, null until the first answer
   * - `done`: `task` has succeeded
   * - `failed`: it ended without a result, or asking was given up; `error` says why
   */
  status: "idle" | "waiting" | "done" | "failed";
  /** The last snapshot; null before the first. It stays when `status` becomes `failed`. */
  task: Task | null;
  /** Why it failed: `error.message` says what happened, `error.hint` what to do next. Set only while `status` is `failed`. */
  error: ReelayError | null;
  /**
   * Asks again at once and goes on from there: after a failure, before a deadline, or for a fresh address of a result. `task` stays meanwhile.
   * Always the same function for the same task. Does nothing while `idle`.
   */
  refresh: () => void;
}

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
 * Waits for a task while the component is shown, and re-renders with every change.
 *
 * Components that name the same task with the same client and options share one wait, which ends when the last of them goes. A ref is
 * compared by value. While another ref comes in, nothing of the one before is shown. On a server nothing is asked: it renders as `waiting`.
 *
 * @param ref an id or a `TaskRef`; null or undefined for none yet
 * @throws ReelayError `invalid_argument` where there is neither a provider nor `options.client`. All else comes as `error`
 *
 * @example
 * ```tsx
 * import { useVideoTask } from "reelay/react";
 *
 * function Clip({ id }: { id: string }) {
 *   const { status, task, error, refresh } = useVideoTask(id);
 *   if (status === "failed") return <p>{error?.message} {error?.hint} <button onClick={refresh}>Try again</button></p>;
 *   if (status !== "done") return <progress value={task?.progress ?? undefined} />;
 *   return <video src={task?.videoUrl ?? undefined} controls />;
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
  const again = useCallback(() => wanted && refresh(wanted), [wanted]);
  return useMemo(() => ({ ...snapshot, refresh: again as () => void }), [snapshot, again]);
}
