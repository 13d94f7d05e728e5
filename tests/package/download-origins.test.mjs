// Where the bytes may come from, and what goes along: result addresses and redirects.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { failure } from "./lib/outcome.mjs";
import { json, redirect, relay, reply, task } from "./lib/relay.mjs";
import { mp4, partly, ranged, sha256, video } from "./lib/video.mjs";

const clip = video(50_000);
const open = (url, more = {}) =>
  createClient({ baseUrl: url, apiKey: "sk-test", headers: { "x-tenant": "7" }, format: "openai-videos", retries: 0, ...more });
const isContent = ({ path }) => path.endsWith("/content");
const secret = ({ headers }) => [headers.authorization, headers["x-tenant"]];
const SENT = ["Bearer sk-test", "7"];
const NOTHING = [undefined, undefined];

/** A public relay that exists only in the test's own fetch; what is asked, and with what, is kept. */
function imagined(routes, more = {}) {
  const asked = [];
  const fetch = async (url, init) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    asked.push({ url, headers });
    const answer = routes[url] ?? json({ error: { message: "Not found" } }, 404);
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
  return { client: open("https://relay.example", { fetch, ...more }), asked, urls: () => asked.map(({ url }) => url) };
}
const QUERY = "https://relay.example/v1/videos/a";
const CONTENT = `${QUERY}/content`;
const named = (url) => ({ [QUERY]: json(task("completed", { video_url: url })) });

describe("result addresses", { concurrency: true }, () => {
  test("on the relay's origin get key and headers", async (t) => {
    let base;
    const { url, requests } = await relay(t, ({ path }) =>
      path === "/files/v.mp4" ? mp4(clip) : json(task("completed", { video_url: `${base}/files/v.mp4?x=1` })),
    );
    base = url;
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
    assert.deepEqual(requests.map(secret), [SENT, SENT]);
    assert.equal(requests[1].request.url, "/files/v.mp4?x=1");
  });

  test("on another origin get neither, and arrive as they were named", async (t) => {
    const cdn = await relay(t, () => mp4(clip));
    const signed = "/v.mp4?sig=a%2Fb%20c&e=1";
    const { url, requests } = await relay(t, () => json(task("completed", { video_url: `${cdn.url}${signed}` })));
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
    assert.deepEqual([requests.map(secret), cdn.requests.map(secret)], [[SENT], [NOTHING]]);
    assert.deepEqual(cdn.paths(), [signed]);
  });

  test("on another origin get neither when a cut body is continued", async (t) => {
    const cdn = await relay(t, (exchange) =>
      exchange.nth === 1 ? partly(exchange, ranged(exchange, clip), 20_000, "cut") : ranged(exchange, clip),
    );
    const { url } = await relay(t, () => json(task("completed", { video_url: `${cdn.url}/v.mp4` })));
    assert.equal(sha256(await open(url, { retries: 2 }).download("a").bytes()), sha256(clip));
    assert.deepEqual(cdn.requests.map(secret), [NOTHING, NOTHING]);
    assert.ok(cdn.requests[1].headers.range);
  });

  test("another port or scheme is another origin, however alike the rest", async () => {
    for (const url of [
      "https://relay.example:8443/v.mp4",
      "https://relay.example.evil.test/v.mp4",
      "https://relay.example@evil.test/v.mp4",
      "https://evil.test/relay.example/v.mp4",
      "https://RELAY.example.:443/v.mp4",
    ]) {
      const { client, asked } = imagined({ ...named(url), [new URL(url).href]: mp4(clip) });
      await client
        .download("a")
        .bytes()
        .catch(() => {});
      for (const { url: to, headers } of asked.filter(({ url: to }) => !to.startsWith("https://relay.example/"))) {
        assert.ok(!("authorization" in headers) && !("x-tenant" in headers), to);
      }
    }
  });

  test("the same origin in another spelling is the same origin", async () => {
    for (const url of ["HTTPS://Relay.Example/v.mp4", "https://relay.example:443/v.mp4"]) {
      const { client, asked } = imagined({ ...named(url), "https://relay.example/v.mp4": mp4(clip) });
      await client.download("a").bytes();
      assert.equal(asked.at(-1).headers.authorization, "Bearer sk-test");
    }
  });

  for (const [what, url] of [
    ["http where the relay has https", "http://cdn.example/v.mp4"],
    ["loopback", "https://127.0.0.1/v.mp4"],
    ["localhost", "https://localhost:9200/v.mp4"],
    ["a name under localhost", "https://db.localhost/v.mp4"],
    ["a private network", "https://10.1.2.3/v.mp4"],
    ["192.168", "https://192.168.0.1/v.mp4"],
    ["172.16", "https://172.20.0.1/v.mp4"],
    ["a cloud's metadata", "https://169.254.169.254/latest/meta-data/"],
    ["the shared range", "https://100.64.0.1/v.mp4"],
    ["0.0.0.0", "https://0.0.0.0/v.mp4"],
    ["a number that is an address", "https://2130706433/v.mp4"],
    ["an octal address", "https://0177.0.0.1/v.mp4"],
    ["IPv6 loopback", "https://[::1]/v.mp4"],
    ["IPv4 in IPv6", "https://[::ffff:10.0.0.1]/v.mp4"],
    ["IPv6 of a private network", "https://[fd00::1]/v.mp4"],
    ["IPv6 of the link", "https://[fe80::1]/v.mp4"],
    ["a name for inside", "https://metadata.google.internal/v.mp4"],
    ["a user in the address", "https://user:pw@cdn.example/v.mp4"],
  ]) {
    test(`${what} is never asked: unsafe_url`, async () => {
      const { client, urls } = imagined(named(url));
      const error = await failure(client.download("a").bytes(), "unsafe_url");
      assert.deepEqual([error.ref.id, error.task.status], ["a", "succeeded"]);
      assert.ok(
        urls().every((asked) => asked.startsWith("https://relay.example/")),
        String(urls()),
      );
    });
    test(`${what} is never asked when a redirect leads there`, async () => {
      const { client, urls } = imagined({ [QUERY]: json(task("completed")), [CONTENT]: redirect(url) });
      await failure(client.download("a").bytes(), "unsafe_url");
      assert.deepEqual(urls(), [QUERY, CONTENT]);
    });
    test(`${what} is never asked when JSON leads there`, async () => {
      const { client, urls } = imagined({ [QUERY]: json(task("completed")), [CONTENT]: json({ video_url: url }) });
      await client
        .download("a")
        .bytes()
        .then(
          () => assert.fail("resolved"),
          () => {},
        );
      assert.ok(
        urls().every((asked) => asked.startsWith("https://relay.example/")),
        String(urls()),
      );
    });
    test(`${what} is never asked when a status call is redirected there`, async () => {
      const { client, urls } = imagined({ [QUERY]: redirect(url) });
      await failure(client.query("a"), "unsafe_url");
      assert.deepEqual(urls(), [QUERY]);
    });
  }

  for (const url of ["file:///etc/passwd", "ftp://cdn.example/v.mp4", "blob:https://relay.example/1", "javascript:alert(1)"]) {
    test(`${url} is not followed`, async () => {
      const { client, urls } = imagined({ [QUERY]: json(task("completed")), [CONTENT]: redirect(url) });
      await failure(client.download("a").bytes(), "unsafe_url");
      assert.deepEqual(urls(), [QUERY, CONTENT]);
    });
  }

  test("an address without a scheme has the relay's", async () => {
    const { client, asked } = imagined({
      [QUERY]: json(task("completed")),
      [CONTENT]: redirect("//cdn.example/v.mp4"),
      "https://cdn.example/v.mp4": mp4(clip),
    });
    await client.download("a").bytes();
    assert.deepEqual(
      asked.map(({ headers }) => headers.authorization),
      ["Bearer sk-test", "Bearer sk-test", undefined],
    );
  });

  test("a relay on a private network may name its own kind, and http may name http", async (t) => {
    const cdn = await relay(t, () => mp4(clip));
    const { url } = await relay(t, () => json(task("completed", { video_url: `${cdn.url.replace("127.0.0.1", "localhost")}/v.mp4` })));
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
  });

  test("when the result's own address is refused, the content path still serves", async () => {
    const { client, urls } = imagined({ ...named("http://10.0.0.1/v.mp4"), [CONTENT]: mp4(clip) });
    assert.equal(sha256(await client.download("a").bytes()), sha256(clip));
    assert.deepEqual(urls(), [QUERY, CONTENT]);
  });
});

describe("redirects", { concurrency: true }, () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`${status} from the content path to another origin: the key stays behind`, async (t) => {
      const cdn = await relay(t, () => mp4(clip));
      const { url, requests } = await relay(t, (exchange) =>
        isContent(exchange) ? redirect(`${cdn.url}/v.mp4?sig=1`, status) : json(task("completed")),
      );
      assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
      assert.deepEqual([requests.map(secret), cdn.requests.map(secret)], [[SENT, SENT], [NOTHING]]);
    });
  }

  test("on the relay's origin the key goes along, relative addresses included", async (t) => {
    const { url, requests } = await relay(t, (exchange) =>
      exchange.path === "/files/v.mp4" ? mp4(clip) : isContent(exchange) ? redirect("../../../files/v.mp4") : json(task("completed")),
    );
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
    assert.deepEqual(requests.map(secret), [SENT, SENT, SENT]);
  });

  test("off the relay and back again: the key is not picked up on the way", async (t) => {
    let base;
    const cdn = await relay(t, () => redirect(`${base}/back.mp4`));
    const { url, requests } = await relay(t, (exchange) =>
      exchange.path === "/back.mp4" ? mp4(clip) : isContent(exchange) ? redirect(`${cdn.url}/away`) : json(task("completed")),
    );
    base = url;
    assert.equal(sha256(await open(url).download("a").bytes()), sha256(clip));
    assert.deepEqual([secret(cdn.requests[0]), secret(requests.at(-1))], [NOTHING, NOTHING]);
  });

  test("a status call that is redirected off the relay loses the key", async (t) => {
    const elsewhere = await relay(t, () => json(task("queued")));
    const { url } = await relay(t, ({ path }) => redirect(`${elsewhere.url}${path}`));
    assert.equal((await open(url).query("a")).status, "queued");
    assert.deepEqual(elsewhere.requests.map(secret), [NOTHING]);
  });

  test("without end are given up", async (t) => {
    const { url, requests } = await relay(t, (exchange) =>
      isContent(exchange) ? redirect(`${exchange.path}?n=${exchange.nth}`) : json(task("completed")),
    );
    const error = await failure(open(url).download("a").bytes(), "unexpected_response");
    assert.equal(error.ref.id, "a");
    assert.ok(requests.length < 20, `${requests.length} requests`);
  });

  test("a redirect without an address is no video", async (t) => {
    const { url } = await relay(t, (exchange) => (isContent(exchange) ? reply(302, {}, "") : json(task("completed"))));
    const error = await open(url)
      .download("a")
      .bytes()
      .catch((reason) => reason);
    assert.deepEqual([error.name, error.ref?.id], ["ReelayError", "a"]);
  });
});
