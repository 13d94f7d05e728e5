// A client: the caller's functions on this side, the settings in the core.
import { all } from "./all.ts";
import { CallHost, type Shared } from "./call-host.ts";
import { startDownload } from "./download.ts";
import { ReelayError } from "./error.ts";
import { flatten } from "./flatten.ts";
import { Gate } from "./gate.ts";
import { Giver } from "./give.ts";
import { inPage, takesNoStore } from "./host.ts";
import { copied, named } from "./named.ts";
import type { Opened } from "./opened.ts";
import { settled } from "./settled.ts";
import { check, unlessAborted } from "./signal.ts";
import { ready, type Core } from "./start.ts";
import { isFormat } from "./task-ref.ts";
import type { CallOptions, Client, ClientOptions, StepResult, StepState, Task, TaskRef, WaitOptions } from "./types.ts";
import { waiting } from "./waiting.ts";
import { watch } from "./watch.ts";

// What the calls share, not the client itself, is what every call holds on to: when that is gone, so is the client.
const closing = new FinalizationRegistry<[Core, number]>(([core, number]) => core.close(number));

/**
 * A client of one relay. Synchronous and cheap: the core starts with the first call.
 *
 * @throws ReelayError `invalid_argument`
 */
export function createClient(options: ClientOptions): Client {
  const settings = settingsOf(options);
  const { fetch, apiKey, onEvent } = options;
  const shared: Shared = { fetch, apiKey, onEvent };
  let opening: Promise<Opened> | undefined;
  const open = () =>
    (opening ??= ready().then((core) =>
      settled(() => {
        const number = core.open(new Giver(), settings.flat, inPage(), takesNoStore());
        closing.register(shared, [core, number]);
        return { core, number, shared, gate: new Gate(core, number) };
      }),
    ).catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));

  /** Opens the client and runs a call of the core on it. */
  async function call<T>(
    { signal, onUpdate }: WaitOptions, run: (core: Core, number: number, host: CallHost) => Promise<unknown>,
  ): Promise<T> {
    check(signal);
    const { core, number, gate } = await unlessAborted(open(), signal);
    return settled(run(core, number, new CallHost(shared, gate, signal, onUpdate)) as Promise<T>);
  }

  const client: Client = {
    query: (task: string | TaskRef, options: CallOptions = {}) =>
      call<Task>(options, (core, number, host) => core.query(number, host, named(task))),
    wait: (task, options = {}) =>
      call<Task>(options, (core, number, host) => core.wait(number, host, named(task), waiting(options))),
    step: (task, state = null, options = {}) =>
      call<StepResult>(options, (core, number, host) => core.step(number, host, named(task), stored(state), waiting(options))),
    watch: (task, options = {}) => watch(client, task, options),
    all: (tasks, options = {}) => all(client, tasks, options, settings),
    download: (task, options = {}) => startDownload(open, task, options),
  };
  return client;
}

/** A stored state, flattened. */
const stored = (state: StepState | null) => copied(() => flatten(state));

function settingsOf(options: ClientOptions) {
  const invalid = (message: string) => new ReelayError("invalid_argument", { message });
  if (typeof options !== "object" || options === null) throw invalid("createClient needs options: { baseUrl, apiKey }.");
  const { baseUrl, apiKey, format = "auto", headers = {}, fetch, onEvent, timeoutMs, retries, limits } = options;
  if (!URL.canParse(String(baseUrl ?? ""))) throw invalid("baseUrl is not an absolute URL such as https://relay.example.");
  if (!/^https?:$/.test(new URL(baseUrl).protocol)) throw invalid("baseUrl must start with https:// or http://.");
  if (!["string", "function", "undefined"].includes(typeof apiKey)) throw invalid("apiKey must be text, or a function that gives it.");
  if (format !== "auto" && !isFormat(format)) throw invalid(`format ${JSON.stringify(format)} is not one that this version knows.`);
  if (fetch !== undefined && typeof fetch !== "function") throw invalid("fetch must be a function.");
  if (onEvent !== undefined && typeof onEvent !== "function") throw invalid("onEvent must be a function.");
  const relay = { baseUrl: String(baseUrl), format };
  // Flattened now: what the caller changes in its object later is not this client's.
  return { ...relay, flat: copied(() => flatten({ ...relay, headers, timeoutMs, retries, limits })) };
}
