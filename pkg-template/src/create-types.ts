// The types of making something: what is asked for, and the calls of OpenAI's video API that have no like.
import type { CallOptions, Client, Task, TaskRef } from "./types.ts";

/** What only `create` takes. */
export interface CreateOptions extends CallOptions {
  /**
   * For `sora-chat`, whose answer is the clip: called with how far it is, the first time it is told and at every change.
   * What it throws ends the call.
   * @defaultValue none
   */
  onUpdate?: (task: Task) => void;
  /**
   * ms, for `sora-chat`: the longest silence in the answer. 1 to 2_147_483_647.
   * @defaultValue 150_000
   */
  idleTimeoutMs?: number;
}

/**
 * What is to be made: the fields that most formats have, each sent under the format's own name. What a format has no field for is
 * refused, and so is a value that it does not know; `extra` sends anything.
 */
export interface CreateRequest {
  /** As the relay names it. Any name is sent. */
  model: string;
  /** What is to be seen or heard, in words. */
  prompt: string;
  /**
   * http(s) URLs, data: URLs or files, in the format's order: the first frame, the last, or references. How many a format takes
   * differs. Veo takes files and `gs://` addresses.
   */
  images?: (string | Blob)[];
  /** Length in whole seconds. Kling 3 to 15, MiniMax 6 or 10, Veo 4, 6 or 8, Jimeng 5 or 10. */
  seconds?: number;
  /** Pixels such as `1280x720`, or a word such as `720p`, as the model has it. */
  size?: string;
  /** Such as `16:9`. */
  aspectRatio?: string;
  /**
   * What of a format's several: Kling's `text2video`, `image2video`, ...; MiniMax' `v1`, `v2`; Vidu's `img2video`, ...; Suno's
   * `music`, `custom`, `lyrics`; Midjourney's `imagine`, `blend`, ...; Runway's `image_to_video`, ...; Jimeng's `fetch`;
   * Replicate's `version`. Left out, it follows from the images.
   */
  kind?: string;
  /**
   * A clip to go on from: an address, a task that has one, or the id that the format wants. For sora-chat, Kling, Doubao, Veo, Suno,
   * Luma, Runway.
   */
  video?: string | Task;
  /** The format's own fields, over the others: plain objects are merged, anything else replaces; undefined takes a field away. */
  extra?: Record<string, unknown>;
}

/** The calls of OpenAI's video API that have no like in other formats. */
export interface Videos {
  /**
   * Another clip after a finished one. Sent once, as create().
   *
   * @throws {@link ReelayError} as {@link Client.create}.
   * @example
   * ```ts
   * const other = await relay.videos.remix("video_456", { prompt: "The same at night" });
   * ```
   */
  remix(task: string | TaskRef | Task, request: { prompt: string; extra?: Record<string, unknown> }, options?: CallOptions): Promise<Task>;
  /**
   * A clip changed. Sent once.
   *
   * @throws {@link ReelayError} as {@link Client.create}.
   * @example
   * ```ts
   * const dusk = await relay.videos.edit({ video: "video_456", prompt: "Make it dusk" });
   * ```
   */
  edit(request: { video: string | TaskRef | Task | Blob; prompt: string; extra?: Record<string, unknown> }, options?: CallOptions): Promise<Task>;
  /**
   * A clip continued, by 4, 8, 12, 16 or 20 seconds. Sent once.
   *
   * @throws {@link ReelayError} as {@link Client.create}.
   * @example
   * ```ts
   * const longer = await relay.videos.extend({ video: "video_456", prompt: "The cat bows", seconds: 8 });
   * ```
   */
  extend(
    request: { video: string | TaskRef | Task | Blob; prompt: string; seconds?: number; extra?: Record<string, unknown> }, options?: CallOptions,
  ): Promise<Task>;
  /**
   * A character from a clip. Sent once.
   *
   * @throws {@link ReelayError} as {@link Client.create}.
   * @example
   * ```ts
   * const { id } = await relay.videos.createCharacter({ name: "Mia", video: file });
   * ```
   */
  createCharacter(request: { name: string; video: Blob; extra?: Record<string, unknown> }, options?: CallOptions): Promise<Character>;
  /**
   * A character that was made before. May be repeated.
   *
   * @throws {@link ReelayError} as {@link Client.query}.
   * @example
   * ```ts
   * const { name } = await relay.videos.getCharacter("char_123");
   * ```
   */
  getCharacter(id: string, options?: CallOptions): Promise<Character>;
  /**
   * The tasks of this key, by pages: `limit` is 0 to 100 tasks, `after` the `lastId` of the page before.
   *
   * @throws {@link ReelayError} as {@link Client.query}.
   * @example
   * ```ts
   * const { tasks, hasMore, lastId } = await relay.videos.list({ limit: 20, order: "desc" });
   * console.log(tasks.map(({ id, status }) => `${id} ${status}`), hasMore, lastId);
   * ```
   */
  list(options?: { limit?: number; order?: "asc" | "desc"; after?: string } & CallOptions): Promise<{
    /** One page of them. */
    tasks: Task[];
    /** Whether there is another page. */
    hasMore: boolean;
    /** What `after` takes for the next page. */
    lastId: string | null;
  }>;
  /**
   * Removes a task and its clip. May be repeated.
   *
   * @throws {@link ReelayError} as {@link Client.query}.
   * @example
   * ```ts
   * const { deleted } = await relay.videos.remove("video_456");
   * ```
   */
  remove(task: string | TaskRef | Task, options?: CallOptions): Promise<{
    /** Of the task. */
    id: string;
    /** False only where the relay says so. */
    deleted: boolean;
  }>;
}

/** A character that prompts may name. */
export interface Character {
  /** What prompts name it by; null when the relay tells none. */
  id: string | null;
  /** As it was given. */
  name: string | null;
  /** ms since 1970. */
  createdAt: number | null;
  /** The parsed body as the relay sent it. */
  raw: unknown;
}
