// A client: the caller's functions on this side, the settings in the core.
import { Alarms } from "./alarms.ts";
import { all } from "./all.ts";
import type { Batches } from "./batch.ts";
import { Call } from "./call.ts";
import { bodyOf, fieldsOf, ordered, type Reads } from "./create.ts";
import { startDownload } from "./download.ts";
import { invalid } from "./error.ts";
import { flatten } from "./flatten.ts";
import { Gate } from "./gate.ts";
import { Giver, made, Turn } from "./give.ts";
import { inPage, takesNoStore } from "./host.ts";
import { copied, keyed, named } from "./named.ts";
import type { Opened, Shared } from "./opened.ts";
import { check, unlessAborted } from "./signal.ts";
import { Scrubber } from "./scrub.ts";
import { ready, type Core } from "./start.ts";
import { isFormat } from "./task-ref.ts";
import type { CallOptions, Client, ClientOptions, CreateOptions, StepResult, StepState, Task, TaskRef, WaitOptions } from "./types.ts";
import { videosOf } from "./videos.ts";
import { waiting } from "./waiting.ts";
import { watch } from "./watch.ts";

// What the calls share, not the client itself, is what every call holds on to: when that is gone, so is the client.
const closing = new FinalizationRegistry<[Core, number]>(([core, number]) => core.close(number));

/**
 * A client of one relay. Synchronous and cheap: the core starts with the first call.
 *
 * @throws {@link ReelayError} `invalid_argument`: no such base URL, key, format, fetch or listener. Numbers are looked at with the first call.
 * @example
 * ```ts
 * const relay = createClient({ baseUrl: "https://relay.example", apiKey: process.env.RELAY_KEY });
 * const task = await relay.wait("video_123");
 * console.log(task.status); // → succeeded
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const settings = settingsOf(options);
  const { fetch, apiKey, onEvent } = options;
  const shared: Shared = { fetch, apiKey, onEvent };
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;

  const start = async () => {
    const core = await ready();
    const giver = new Giver();
    made(core, giver, Turn.Open, 0, keyed(apiKey) + flatten(onEvent !== undefined) + flatten(inPage()) + flatten(takesNoStore()) + settings.flat);
    const { number } = giver;
    closing.register(shared, [core, number]);
    // One for all calls: what is asked without the key may hold it all the same.
    const scrubber = new Scrubber();
    if (typeof apiKey !== "function") scrubber.knows(apiKey);
    return (opened = { core, number, shared, scrubber, gate: new Gate(core, number), alarms: new Alarms(), ways: new Map() });
  };
  const open = () =>
    (opening ??= start().catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));

  /** Opens the client and runs a call of the core on it. */
  const run = <T>({ signal, onUpdate }: WaitOptions, what: Turn, given: () => string, batches?: Batches) =>
    // One promise from here to the result: thousands may be waiting.
    new Promise<T>((resolve, reject) => {
      check(signal);
      // All else is made in its turn: who begins thousands is not held up by it.
      const begin = (on: Opened) => {
        const wake = () => new Call(on, signal, onUpdate, undefined, batches).begin(what, given, resolve, reject);
        on.alarms.soon({ alarm: undefined, wake });
      };
      if (opened) begin(opened);
      else unlessAborted(open(), signal).then(begin).catch(reject);
    });

  /** Has the core make what was ordered: a task, or, for a named call of `client.videos`, the answer as it came. */
  async function make(read: Reads, options: CreateOptions = {}, what?: string): Promise<unknown> {
    const { signal, onUpdate, idleTimeoutMs } = options;
    check(signal);
    const order = ordered(() => ({ ...read(), ...(what && { kind: what }) }));
    const on = await unlessAborted(open(), signal);
    const call = new Call(on, signal, onUpdate);
    let body: Promise<BodyInit> | undefined;
    const dress = async (init: RequestInit) => {
      if (typeof init.body !== "string") return;
      // Once for all attempts.
      init.body = await (body ??= bodyOf(init.body, !(init.headers as Headers).has("content-type"), order));
    };
    return (await call.run(Turn.Create, () => order.flat + flatten(!!what) + flatten({ idleTimeoutMs }), dress)) ?? call.raw;
  }
  const wait = (task: string | TaskRef, options: WaitOptions, batches?: Batches) =>
    run<Task>(options, Turn.Wait, () => named(task) + waiting(options, undefined, batches?.began), batches);

  const client: Client = {
    query: (task: string | TaskRef, options: CallOptions = {}) =>
      run<Task>(options, Turn.Query, () => named(task)),
    wait: (task, options = {}) => wait(task, options),
    step: (task, state = null, options = {}) =>
      run<StepResult>(options, Turn.Step, () => named(task) + waiting(options) + stored(state)),
    watch: (task, options = {}) => watch(client, task, options),
    all: (tasks, options = {}) => all(wait, tasks, options, settings),
    download: (task, options = {}) => startDownload(open, task, options, settings.baseUrl),
    create: (request, options) => make(() => fieldsOf(request), options) as Promise<Task>,
    videos: videosOf(make, settings.baseUrl),
  };
  return client;
}

/** A stored state, flattened. */
const stored = (state: StepState | null) => copied(() => flatten(state));

function settingsOf(options: ClientOptions) {
  if (typeof options !== "object" || options === null) throw invalid("createClient needs options: { baseUrl, apiKey }.");
  const { baseUrl, apiKey, format = "auto", prefix, headers = {}, fetch, onEvent, timeoutMs, retries, limits } = options;
  if (!URL.canParse(String(baseUrl ?? ""))) throw invalid("baseUrl is not an absolute URL such as https://relay.example.");
  if (!/^https?:$/.test(new URL(baseUrl).protocol)) throw invalid("baseUrl must start with https:// or http://.");
  if (!["string", "function", "undefined"].includes(typeof apiKey)) throw invalid("apiKey must be text, or a function that gives it.");
  if (format !== "auto" && !isFormat(format)) throw invalid(`format ${JSON.stringify(format)} is not one that this version knows.`);
  if (fetch !== undefined && typeof fetch !== "function") throw invalid("fetch must be a function.");
  if (onEvent !== undefined && typeof onEvent !== "function") throw invalid("onEvent must be a function.");
  const relay = { baseUrl: String(baseUrl), format };
  // Flattened now: what the caller changes in its object later is not this client's.
  return { ...relay, flat: copied(() => flatten({ ...relay, prefix, headers, timeoutMs, retries, limits })) };
}
