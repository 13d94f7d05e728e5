// What an example may use without making it; given.mjs brings it when the example runs.
import type * as reelay from "reelay";
import type * as testing from "reelay/testing";

declare global {
  /** A client of the relay of the examples; it has the tasks video_123 (running, then succeeded), video_456 (succeeded) and video_789 (failed). */
  const relay: reelay.Client;
  /** The same. */
  const client: reelay.Client;
  /** A clip. */
  const file: Blob;
  /** A job queue of the reader's. */
  const queue: { add(job: object, options?: { delay: number }): Promise<void> };
  /** What the reader does at the end. */
  const finish: (task: reelay.Task | null) => void;

  // The comments of the declarations use the names of the main entry, and this one, as they stand.
  const mockRelay: typeof testing.mockRelay;
  const createClient: typeof reelay.createClient;
  const isReelayError: typeof reelay.isReelayError;
  const parseTaskRef: typeof reelay.parseTaskRef;
  const preload: typeof reelay.preload;
  const readTask: typeof reelay.readTask;
  const readTasks: typeof reelay.readTasks;
  const formats: typeof reelay.formats;
  const ReelayError: typeof reelay.ReelayError;
  type ErrorCode = reelay.ErrorCode;
  type StepState = reelay.StepState;
  type StepResult = reelay.StepResult;
  type Task = reelay.Task;
  type TaskRef = reelay.TaskRef;

  // Other hosts, as far as examples name them.
  const Deno: any;
  const Bun: any;
}
