// What `reelay` exports.
export { createClient } from "./client.ts";
export { isReelayError, ReelayError, type ErrorCode } from "./error.ts";
export { readTask, readTasks } from "./read.ts";
export { preload } from "./preload.ts";
export { formats, parseTaskRef } from "./task-ref.ts";
export type * from "./types.ts";
