// A client: the caller's functions on this side, the settings in the core.
import { all } from "./all.ts";
import { startDownload } from "./download.ts";
import { ReelayError, settled } from "./error.ts";
import { inPage, readText, takesNoStore } from "./host.ts";
import type { Host, Opened } from "./opened.ts";
import { plain } from "./plain.ts";
import { check, unlessAborted } from "./signal.ts";
import { ready } from "./start.ts";
import { isFormat } from "./task-ref.ts";
import type { CallOptions, Client, ClientOptions, StepResult, Task, TaskRef, WaitOptions } from "./types.ts";
import { watch } from "./watch.ts";

// The host object, not the client, is what every call holds on to.
const closing = new FinalizationRegistry<() => void>((close) => close());

/**
 * A client of one relay. Synchronous and cheap: the core starts with the first call.
 *
 * @throws ReelayError `invalid_argument`
 */
export function createClient(options: ClientOptions): Client {
  const settings = settingsOf(options);
  const { fetch, apiKey, onEvent } = options;
  const host: Host = { fetch, apiKey, onEvent, readText };
  let opening: Promise<Opened> | undefined;
  const open = () =>
    (opening ??= ready().then((core) =>
      settled(() => {
        const number = core.open(settings, inPage(), takesNoStore());
        closing.register(host, () => core.close(number));
        return { core, number, host };
      }),
    ).catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));

  /** Opens the client and runs a call of the core on it. */
  async function call<T>(signal: AbortSignal | undefined, run: (opened: Opened) => Promise<unknown>): Promise<T> {
    check(signal);
    const opened = await unlessAborted(open(), signal);
    return settled(run(opened) as Promise<T>);
  }

  const client: Client = {
    query: (task: string | TaskRef, { signal }: CallOptions = {}) =>
      call<Task>(signal, ({ core, number }) => core.query(number, host, task, signal)),
    wait: (task, { signal, onUpdate, ...rest }: WaitOptions = {}) =>
      call<Task>(signal, ({ core, number }) => core.wait(number, host, task, plain({ ...rest, signalled: !!signal }), signal, onUpdate)),
    step: (task, state = null, { signal, ...rest }: WaitOptions = {}) =>
      call<StepResult>(signal, ({ core, number }) => core.step(number, host, task, state, plain({ ...rest, signalled: !!signal }), signal)),
    watch: (task, options = {}) => watch(client, task, options),
    all: (tasks, options = {}) => all(client, tasks, options, settings),
    download: (task, options = {}) => startDownload(open, task, options),
  };
  return client;
}

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
  return plain({ baseUrl: String(baseUrl), format, headers: { ...headers }, timeoutMs, retries, limits });
}
