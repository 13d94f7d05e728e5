// What else OpenAI's video API has than making and fetching a clip.
import { isFile, type Reads } from "./create.ts";
import { invalid } from "./error.ts";
import { sound } from "./named.ts";
import { readTasks } from "./read.ts";
import type { CallOptions, Character, Task, TaskRef, Videos } from "./types.ts";

/** Runs a call of the core: its task, or the answer as it came. */
type Make = (read: Reads, options: CallOptions | undefined, what: string) => Promise<unknown>;
type Clip = string | TaskRef | Task | Blob;

export function videosOf(make: Make, baseUrl: string): Videos {
  const task = make as (...given: Parameters<Make>) => Promise<Task>;
  const other = async (...given: Parameters<Make>) => ((await make(...given)) ?? {}) as Record<string, any>;
  return {
    remix: (clip, request, options) => task(() => ({ ...clipOf(clip), ...wordsOf(request) }), options, "remix"),
    edit: (request, options) => task(() => ({ ...clipOf(request.video), ...wordsOf(request) }), options, "edit"),
    extend: (request, options) =>
      task(() => ({ ...clipOf(request.video), ...wordsOf(request), seconds: request.seconds }), options, "extend"),
    createCharacter: async (request, options) =>
      character(await other(() => ({ ...clipOf(request.video), name: request.name, extra: request.extra }), options, "createCharacter")),
    getCharacter: async (id, options) => character(await other(() => ({ video: sound(id) }), options, "getCharacter")),
    list: async (options = {}) => {
      const { limit, order, after } = options;
      const answer = await other(() => ({ limit, order, after }), options, "list");
      const tasks = await readTasks(answer, { format: "openai-videos", baseUrl });
      return { tasks, hasMore: answer.has_more === true, lastId: answer.last_id ?? tasks.at(-1)?.id ?? null };
    },
    remove: async (clip, options) => {
      const { id, deleted } = await other(() => clipOf(clip), options, "remove");
      return { id: id ?? idOf(clip), deleted: deleted !== false };
    },
  };
}

const wordsOf = ({ prompt, extra }: { prompt: string; extra?: Record<string, unknown> }) => ({ prompt, extra });

/** A clip is a file, or is named. */
const clipOf = (clip: Clip) => (isFile(clip) ? { images: [clip] } : { video: refOf(clip) });

function refOf(clip: Clip) {
  const named = typeof clip === "object" && "ref" in clip ? clip.ref : clip;
  if (!named) throw invalid("video must be a task, its id, or a file.");
  sound((named as TaskRef).id ?? named);
  return named;
}

function idOf(clip: Clip): string {
  const named = refOf(clip) as string | TaskRef;
  return typeof named === "string" ? named : named.id;
}

const character = (raw: Record<string, any>): Character => ({
  id: raw.id ?? null,
  name: raw.name ?? null,
  createdAt: typeof raw.created_at === "number" ? raw.created_at * 1000 : null,
  raw,
});
