// fetch as the platform's behaves, over a function in place of a network.

type Network = (request: Request, signal: AbortSignal | null) => Promise<Response>;

const MOST_REDIRECTS = 20;

export function memoryFetch(network: Network): typeof fetch {
  return async function fetch(input, init) {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
    if (signal?.aborted) throw signal.reason;
    // Without the signal: a Request that follows it would leave a listener on it until collected.
    let request = new Request(input, { ...init, signal: null });

    for (let redirects = 0; ; redirects++) {
      const response = await abortable(network(request, signal), signal);
      const location = response.headers.get("location");
      if (![301, 302, 303, 307, 308].includes(response.status) || location === null || request.redirect === "manual") {
        return named(response, request.url, redirects > 0);
      }
      if (request.redirect === "error" || redirects === MOST_REDIRECTS) {
        throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
      }
      request = redirected(request, new URL(location, request.url), response.status);
    }
  };
}

/** The next request by the Fetch standard: a POST may become a GET, and another origin does not get the key. */
function redirected(request: Request, to: URL, status: number): Request {
  const turns = request.method === "POST" ? status <= 303 : status === 303 && request.method !== "HEAD";
  const headers = new Headers(request.headers);
  if (to.origin !== new URL(request.url).origin) headers.delete("authorization");
  if (turns) for (const name of ["content-type", "content-length"]) headers.delete(name);
  else if (request.body) throw new TypeError("fetch failed", { cause: new Error("a request with a body is not sent twice") });
  return new Request(to, { method: turns ? "GET" : request.method, headers, redirect: request.redirect });
}

/** The work's outcome, or the signal's reason as soon as it is aborted; no listener stays behind. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | null): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** A Response made by hand has no address of its own. */
function named(response: Response, url: string, redirected: boolean): Response {
  Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
  return response;
}
