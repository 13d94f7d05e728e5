// limits: shared by every call on one client, first come first served, given back however a request ends.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { collect, failure, pause, thrown, within } from "./lib/outcome.mjs";
import { json, relay, silence, task } from "./lib/relay.mjs";
import { mp4, partly, video } from "./lib/video.mjs";

const format = "openai-videos";
const clip = video(100_000);
const ids = (count) => Array.from({ length: count }, (_, index) => `t${index}`);

/** A relay that counts how many requests are under way at once; it answers when `full` are, or after a while. */
async function counting(t, full = 1) {
  const most = { now: 0, at: 0 };
  let fill = () => {};
  let filled = new Promise((resolve) => (fill = resolve));
  const server = await relay(t, async ({ path }) => {
    most.at = Math.max(most.at, ++most.now);
    if (most.now >= full) fill();
    await Promise.race([filled, pause(300)]);
    // Time for one more to come, if one should.
    await pause(20);
    if (--most.now === 0) filled = new Promise((resolve) => (fill = resolve));
    return path.endsWith("/content") ? mp4(clip) : json(task("completed"));
  });
  return { ...server, most };
}

describe("limits", { concurrency: true }, () => {
  for (const [limits, bound] of [
    [undefined, 6],
    [{}, 6],
    [{ concurrent: 1 }, 1],
    [{ concurrent: 3 }, 3],
    [{ concurrent: 10 }, 10],
  ]) {
    test(`${JSON.stringify(limits)}: ${bound} at once, and that many`, async (t) => {
      const { url, most } = await counting(t, bound);
      const client = createClient({ baseUrl: url, format, limits });
      await Promise.all(ids(24).map((id) => client.query(id)));
      assert.equal(most.at, bound);
    });
  }

  test("one bound for every kind of call", async (t) => {
    const { url, most } = await counting(t, 2);
    const client = createClient({ baseUrl: url, format, limits: { concurrent: 2 } });
    await Promise.all([
      ...ids(4).map((id) => client.query(id)),
      ...ids(4).map((id) => client.wait(id)),
      ...ids(4).map((id) => client.step(id)),
      collect(client.all(ids(4))),
      collect(client.watch("w")),
      ...ids(4).map((id) => client.download(id).bytes()),
    ]);
    assert.equal(most.at, 2);
  });

  test("two clients have two bounds", async (t) => {
    const { url, most } = await counting(t, 4);
    const clients = [1, 2].map(() => createClient({ baseUrl: url, format, limits: { concurrent: 2 } }));
    await Promise.all(clients.flatMap((client) => ids(8).map((id) => client.query(id))));
    assert.equal(most.at, 4);
  });

  test("first come, first served", async (t) => {
    const { url, paths } = await counting(t);
    const client = createClient({ baseUrl: url, format, limits: { concurrent: 1 } });
    await Promise.all(ids(10).map((id) => client.query(id)));
    assert.deepEqual(
      paths(),
      ids(10).map((id) => `/v1/videos/${id}`),
    );
  });

  test("a pause between polls or attempts holds no place", async (t) => {
    const { url } = await relay(t, ({ path }) => {
      if (path.endsWith("/slow")) return json(task("queued"));
      if (path.endsWith("/busy")) return json({ error: { message: "busy" } }, 503, { "retry-after": "30" });
      return json(task("completed"));
    });
    const client = createClient({ baseUrl: url, format, limits: { concurrent: 1 } });
    const stop = new AbortController();
    const pausing = [thrown(client.wait("slow", { signal: stop.signal })), thrown(client.query("busy", { signal: stop.signal }))];
    await pause(50);
    assert.equal((await within(client.query("quick"), 5000)).status, "succeeded");
    stop.abort();
    await Promise.all(pausing);
  });

  test("a place is given back by refusals, timeouts, broken connections, failing keys and aborts", async (t) => {
    const { url, requests } = await relay(t, ({ path, request }) => {
      if (path.endsWith("/refused")) return json({ error: { message: "no" } }, 400);
      if (path.endsWith("/silent")) return silence();
      if (path.endsWith("/broken")) return void request.socket.destroy();
      return json(task("queued"));
    });
    let fail = false;
    const apiKey = () => {
      if (fail) throw new Error("no key today");
      return "sk-test";
    };
    const client = createClient({ baseUrl: url, format, limits: { concurrent: 1 }, retries: 0, timeoutMs: 1500, apiKey });
    for (let round = 0; round < 2; round++) {
      await failure(client.query("refused"), "rejected");
      await failure(client.query("silent"), "timeout");
      await failure(client.query("broken"), "network");
      fail = true;
      await failure(client.query("keyless"), "auth");
      fail = false;
      const stop = new AbortController();
      const aborted = thrown(client.query("silent", { signal: stop.signal }));
      setTimeout(() => stop.abort("x"), 10);
      assert.equal(await aborted, "x");
      assert.equal((await within(client.query("fine"), 5000)).status, "queued");
    }
    assert.ok(requests.length >= 8);
  });

  test("a place is given back when a listener throws", async (t) => {
    const { url } = await counting(t);
    const client = createClient({
      baseUrl: url,
      format,
      limits: { concurrent: 1 },
      onEvent: () => {
        throw new Error("listener");
      },
    });
    await thrown(
      client.wait("a", {
        onUpdate: () => {
          throw new Error("mine");
        },
      }),
    );
    assert.equal((await within(client.query("b"), 5000)).status, "succeeded");
  });

  test("a place is given back when a listener stops the call before its request goes out", async (t) => {
    const { url, requests } = await relay(t, () => json(task("completed")));
    const stop = new AbortController();
    const stopping = ({ type }) => type === "request" && stop.abort(new Error("enough"));
    const client = createClient({ baseUrl: url, format, limits: { concurrent: 1 }, onEvent: stopping });
    assert.equal((await thrown(client.query("a", { signal: stop.signal }))).message, "enough");
    assert.equal(requests.length, 0);
    assert.equal((await within(client.query("a"), 5000)).status, "succeeded");
  });

  test("a download holds its place until its headers only", async (t) => {
    const { url } = await relay(t, (exchange) =>
      exchange.path.endsWith("/content") ? partly(exchange, mp4(clip), 50_000, "stall") : json(task("completed")),
    );
    const client = createClient({ baseUrl: url, format, limits: { concurrent: 1 } });
    const reader = client.download("a").stream().getReader();
    await reader.read();
    assert.equal((await within(client.query("b"), 5000)).status, "succeeded");
    await reader.cancel();
  });

  test("perSecond spaces the starts", async (t) => {
    const { url, requests } = await relay(t, () => json(task("queued")));
    const client = createClient({ baseUrl: url, format, limits: { perSecond: 20 } });
    await Promise.all(ids(6).map((id) => client.query(id)));
    // Five gaps of 50 ms; that a few arrive together under load is no matter.
    assert.ok(requests[5].at - requests[0].at > 200, String(requests[5].at - requests[0].at));
  });

  test("perSecond below one", async (t) => {
    const { url } = await relay(t, () => json(task("queued")));
    // When they are sent: a busy machine may be late to serve the first.
    const sent = [];
    const timed = (...request) => (sent.push(performance.now()), fetch(...request));
    const client = createClient({ baseUrl: url, format, limits: { perSecond: 0.8 }, fetch: timed });
    await client.query("a");
    await client.query("b");
    assert.ok(sent[1] - sent[0] > 1000, String(sent));
  });

  test("the apiKey function is asked in its turn, not while queued", async (t) => {
    const { url } = await counting(t);
    let asked = 0;
    const client = createClient({ baseUrl: url, format, limits: { concurrent: 1 }, apiKey: () => (asked++, "sk-test") });
    const all = Promise.all(ids(5).map((id) => client.query(id)));
    await pause(15);
    assert.ok(asked <= 2, String(asked));
    await all;
    assert.equal(asked, 5);
  });
});
