// What passes through a proxy in either direction: headers, no key and no signed address, and the relay's errors.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CDN, clip, finished, paths, said, secret } from "./lib/finished.mjs";
import { failure, thrown } from "./lib/outcome.mjs";
import { body, KEY, proxyOf, RELAY, storage, task } from "./lib/upstream.mjs";
import { sha256 } from "./lib/video.mjs";

describe("headers", () => {
  const theirs = {
    "set-cookie": "relay=1", "server": "relay.example", "x-powered-by": "relay", "access-control-allow-origin": "*", "content-disposition": "attachment; filename=a.html",
    "link": "<https://cdn.example/>; rel=preload", "refresh": "0;url=https://evil.example", "content-security-policy": "default-src *", "www-authenticate": "Bearer realm=relay.example",
    "x-oneapi-request-id": "req_9", "cache-control": "public, max-age=31536000", "clear-site-data": '"*"', "service-worker-allowed": "/", "x-key": KEY, "content-language": "en",
    "strict-transport-security": "max-age=0", "alt-svc": "h3=\":443\"", "nel": "{}", "report-to": "{}", "sourcemap": CDN, "vary": "*", "age": "7",
  };
  const mine = {
    cookie: "session=1", authorization: "Bearer page", "x-forwarded-for": "10.0.0.1", origin: "https://app.example", referer: "https://app.example/secret", "x-tenant": "7",
    "accept-language": "de", "user-agent": "page", "x-api-key": "page", via: "1.1 cdn", forwarded: "for=1", "if-match": '"x"', "if-unmodified-since": "Mon, 02 Nov 2026 10:00:00 GMT", te: "trailers",
  };

  test("of the browser's only the conditions go upstream, and those only for the bytes", async () => {
    const proxy = proxyOf(finished);
    const conditions = { range: "bytes=0-99", "if-range": '"v1"', "if-none-match": '"v0"', "if-modified-since": "Tue, 03 Nov 2026 10:00:00 GMT" };
    for (const path of ["/v1/videos/a/content", "/v1/videos/a"]) await proxy.ask(path, { headers: { ...mine, ...conditions } });
    const query = { accept: "application/json", authorization: `Bearer ${KEY}` };
    assert.deepEqual(proxy.asked.map(({ url, headers }) => [url, headers]), [
      [`${RELAY}/v1/videos/a`, query],
      [CDN, { ...conditions, "accept-encoding": "identity" }],
      [`${RELAY}/v1/videos/a`, query],
    ]);
  });

  test("of the relay's none pass with JSON but what a client needs", async () => {
    const proxy = proxyOf(() => body(task("in_progress"), 200, theirs));
    const answer = await proxy.ask("/v1/videos/a");
    assert.deepEqual(Object.fromEntries(answer.headers), { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" });
    const refused = proxyOf(() => body({ error: { message: "slow down" } }, 429, { ...theirs, "retry-after": "7", "x-request-id": "req_1" }));
    assert.deepEqual(Object.fromEntries((await refused.ask("/v1/videos/a")).headers), {
      "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff", "retry-after": "7", "retry-after-ms": "7000", "x-request-id": "req_1",
    });
  });

  test("of those of the bytes only what is about the bytes", async () => {
    const proxy = proxyOf((url, headers) => (url.host === "cdn.example" ? storage(clip, { more: theirs })(headers) : finished(url, headers)));
    const whole = {
      "content-type": "video/mp4", "content-length": "50000", "accept-ranges": "bytes", etag: '"v1"', "last-modified": "Mon, 02 Nov 2026 10:00:00 GMT",
      "cache-control": "private, no-cache", "content-security-policy": "sandbox", "cross-origin-resource-policy": "same-origin", "x-content-type-options": "nosniff",
    };
    for (const method of ["GET", "HEAD"]) {
      assert.deepEqual(Object.fromEntries((await proxy.ask("/v1/videos/a/content", { method })).headers), whole);
      const part = await proxy.ask("/v1/videos/a/content", { method, headers: { range: "bytes=10-19" } });
      assert.deepEqual([part.status, Object.fromEntries(part.headers)], [206, { ...whole, "content-length": "10", "content-range": "bytes 10-19/50000" }]);
    }
  });

  test("those of the options go to the relay alone", async () => {
    const proxy = proxyOf(finished, { headers: { "x-tenant": "server" } });
    await proxy.ask("/v1/videos/a/content");
    assert.deepEqual(proxy.asked.map(({ headers }) => headers["x-tenant"]), ["server", undefined]);
  });
});

describe("the key and signed addresses", () => {
  const spellings = [KEY, `Bearer ${KEY}`, encodeURIComponent(KEY), btoa(`x${KEY}`), JSON.stringify({ key: KEY })];
  for (const echo of spellings) {
    test(`${echo.slice(0, 14)}… that the relay echoes is in no answer`, async () => {
      const signed = `see https://files.example/a?token=very-secret-token for ${echo}`;
      const answers = {
        "a task's words": body(task("failed", { model: echo, error: { code: echo, message: signed } })),
        "a word nobody knows": body(task(`doing ${echo}`)),
        "a finished task": body(task("completed", { model: echo, video_url: `https://cdn.example/${echo}?sig=very-secret`, prompt: echo })),
        "an error": body({ error: { message: signed, code: echo, type: echo } }, 400, { "x-request-id": echo, "retry-after": "1" }),
        "a page": new Response(`<html>${echo}`, { status: 502, headers: { "content-type": "text/html" } }),
        "broken JSON": new Response(`{"error": "${echo}`, { headers: { "content-type": "application/json" } }),
      };
      for (const apiKey of [KEY, () => KEY, async () => KEY]) {
        for (const [what, answer] of Object.entries(answers)) {
          const proxy = proxyOf(() => answer.clone(), { apiKey });
          for (const path of ["/v1/videos/a", "/v1/videos/a/content"]) {
            const text = await said(await proxy.ask(path));
            assert.ok(!text.includes(echo) && !text.includes(KEY) && !/very-secret/.test(text), `${what} at ${path}: ${text}`);
          }
        }
      }
    });
  }

  test("what fetch throws is not told", async () => {
    const proxy = proxyOf(() => { throw new TypeError(`connect ECONNREFUSED ${RELAY} with ${KEY}`); });
    for (const path of paths) assert.doesNotMatch(await said(await proxy.ask(path)), secret);
    await failure(proxy.client({ retries: 0 }).query("a"), "network");
  });

  test("what the key's own function throws is not told", async () => {
    const proxy = proxyOf(finished, { apiKey: () => { throw new Error(`vault at ${RELAY} sealed`); } });
    for (const path of paths) assert.doesNotMatch(await said(await proxy.ask(path)), /vault|relay\.example/);
    await failure(proxy.client({ retries: 0 }).query("a"), "auth");
    assert.deepEqual(proxy.asked, []);
  });

  test("the key goes to the relay's origin alone, also where that redirects", async () => {
    const proxy = proxyOf((url, headers) => {
      if (url.pathname === "/v1/videos/a") return body(task("completed"));
      if (url.pathname === "/v1/videos/a/content") return new Response(null, { status: 302, headers: { location: CDN } });
      return url.host === "cdn.example" ? new Response(null, { status: 307, headers: { location: `${RELAY}/back.mp4` } }) : storage(clip)(headers);
    });
    const answer = await proxy.ask("/v1/videos/a/content");
    assert.equal(sha256(Buffer.from(await answer.arrayBuffer())), sha256(clip));
    assert.deepEqual(proxy.asked.map(({ url, headers }) => [url, headers.authorization]), [
      [`${RELAY}/v1/videos/a`, `Bearer ${KEY}`], [`${RELAY}/v1/videos/a/content`, `Bearer ${KEY}`], [CDN, undefined], [`${RELAY}/back.mp4`, undefined],
    ]);
  });

  test("nor does a log of the client in the page hold them", async () => {
    const proxy = proxyOf((url, headers) => (url.pathname.endsWith("/content") || url.host === "cdn.example" ? body({ error: { message: CDN + KEY } }, 500) : finished(url, headers)));
    const error = await failure(proxy.client({ retries: 0 }).download("a").bytes(), "server");
    assert.doesNotMatch(JSON.stringify(error) + String(error) + JSON.stringify(error.task), /sk-server-only|very-secret/);
  });
});

describe("errors", () => {
  const page = (status = 200) => new Response("<!doctype html><title>Console</title>", { status, headers: { "content-type": "text/html" } });
  const error = (status, code, message = "m") => body({ error: { code, message } }, status);
  const classes = {
    "401": [() => error(401, null), "auth"],
    "403": [() => error(403, "token_has_no_model"), "auth"],
    "403 for want of quota": [() => error(403, "quota_not_enough"), "insufficient_funds"],
    "402": [() => error(402, null), "insufficient_funds"],
    "404": [() => error(404, "task_not_exist"), "not_found"],
    "404 without words": [() => new Response(null, { status: 404 }), "not_found"],
    "400 that means not found": [() => error(400, "task_not_exist"), "not_found"],
    "400": [() => error(400, "bad"), "rejected"],
    "422": [() => error(422, "moderated"), "rejected"],
    "408": [() => error(408, null), "timeout"],
    "425": [() => error(425, null), "rejected"],
    "429": [() => error(429, "busy"), "rate_limited"],
    "500": [() => error(500, "get_channel_failed"), "server"],
    "501": [() => error(501, null), "server"],
    "502, a page": [() => page(502), "server"],
    "a page": [() => page(), "unexpected_response"],
    "JSON that is no task": [() => body({ hello: 1 }), "unexpected_response"],
    "an error in a 200": [() => body({ code: 402, message: "no money" }), "insufficient_funds"],
    "a key refused in a 200": [() => error(200, "invalid_api_key"), "auth"],
    "a body without end": [() => new Response("[".repeat(9 << 20), { headers: { "content-type": "application/json" } }), "too_large"],
    "no answer": [() => { throw new TypeError("fetch failed"); }, "network"],
    "a redirect into a private network": [() => new Response(null, { status: 302, headers: { location: "http://10.0.0.1/" } }), "unsafe_url"],
  };
  const seen = ({ code, httpStatus, server, retryAfterMs, requestId, ref }) => ({ code, httpStatus, server, retryAfterMs, requestId, id: ref?.id });

  for (const [what, [answer, code]] of Object.entries(classes)) {
    for (const format of ["auto", "openai-videos", "unified-video"]) {
      test(`${what}, to a client of ${format}`, async () => {
        const proxy = proxyOf(answer);
        const through = await failure(proxy.client({ retries: 0, format }).query("a"), code);
        const direct = await failure(proxy.direct({ retries: 0 }).query("a"), code);
        if (direct.httpStatus >= 400) assert.equal(through.httpStatus, direct.httpStatus);
        else assert.ok(through.httpStatus >= 400);
        if (direct.server) assert.deepEqual(through.server, direct.server);
        assert.ok(through.server.message);
        // The proxy's word is final: nothing is asked on another route.
        assert.equal(proxy.seen.length, 1);
        const own = await (await proxy.ask("/v1/videos/a")).json();
        assert.deepEqual([own.error.reelay, own.error.hint, own.error.type], [code, through.hint, "reelay_error"]);
      });
    }
  }

  test("a timeout of the relay", async () => {
    const proxy = proxyOf((url, headers, { signal }) => new Promise((resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))), { timeoutMs: 30 });
    const late = await failure(proxy.client({ retries: 0 }).query("a"), "timeout");
    assert.equal(late.httpStatus, 504);
  });

  test("what passes by itself is repeated by the page's client, and by the proxy not at all", async () => {
    let calls = 0;
    const proxy = proxyOf((url, headers) => (++calls < 3 ? error(503, null) : finished(url, headers)));
    const task = await proxy.client({ retries: 4 }).query("a");
    assert.deepEqual([task.status, calls, proxy.seen.map(({ status }) => status)], ["succeeded", 3, [503, 503, 200]]);
  });

  test("Retry-After and the request's id arrive", async () => {
    const proxy = proxyOf(() => body({ error: { message: "slow down", code: "busy" } }, 429, { "retry-after": "90", "x-oneapi-request-id": "req_1" }));
    const [through, direct] = [await failure(proxy.client().query("a"), "rate_limited"), await failure(proxy.direct().query("a"), "rate_limited")];
    assert.deepEqual({ ...seen(through) }, { ...seen(direct) });
    assert.deepEqual([through.retryAfterMs, through.requestId], [90_000, "req_1"]);
  });

  test("a word that nobody knows is told as it is, and its listener hears of it once", async () => {
    let calls = 0;
    const proxy = proxyOf((url, headers) => (++calls < 4 ? body(task("marinating")) : finished(url, headers)));
    const events = [];
    const client = proxy.client({ onEvent: ({ type, rawStatus }) => type === "unknown_status" && events.push(rawStatus) });
    const seen = [];
    await client.wait("a", { poll: { minMs: 1, maxMs: 2 }, onUpdate: ({ status, rawStatus }) => seen.push([status, rawStatus]) });
    assert.deepEqual([seen, events], [[["unknown", "marinating"], ["succeeded", "completed"]], ["marinating"]]);
  });

  test("an empty 404 counts as a new task's for a while, as it does directly", async () => {
    let calls = 0;
    const proxy = proxyOf((url, headers) => (++calls === 1 ? new Response(null, { status: 404 }) : finished(url, headers)));
    assert.equal((await proxy.client().wait("a", { poll: { minMs: 1, maxMs: 2 } })).status, "succeeded");
  });

  test("a bug of the caller's own fetch is no leak", async () => {
    const proxy = proxyOf(() => ({ get status() { throw new Error(`bug ${KEY}`); } }));
    for (const path of paths) {
      const answer = await proxy.ask(path);
      assert.ok(answer.status >= 500);
      assert.doesNotMatch(await said(answer), secret);
    }
  });

  test("a request that its sender gave up reaches nobody, and the handler does not reject", async () => {
    const proxy = proxyOf(finished);
    const gone = new AbortController();
    gone.abort(new Error("closed the tab"));
    for (const path of paths) assert.equal((await proxy.ask(path, { signal: gone.signal })).status, 499);
    assert.deepEqual(proxy.asked, []);
  });

  test("a request without a URL of its own is answered, too", async () => {
    const proxy = proxyOf(finished);
    const answer = await proxy.handle({ url: "nonsense", method: "GET", headers: new Headers(), signal: new AbortController().signal });
    assert.equal(answer.status, 500);
    assert.ok(!(await thrown(answer.json().then((json) => { throw json; }))).error.message.includes("nonsense"));
  });
});
