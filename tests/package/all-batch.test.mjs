// all() with formats that take many ids in one request: how many requests reach the relay, and that no task suffers.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { createClient } from "../../pkg/dist/index.mjs";
import { collect, failure, pause, thrown, within } from "./lib/outcome.mjs";
import { html, json, relay, silence } from "./lib/relay.mjs";

const poll = { minMs: 200, maxMs: 800 };
const tick = 1;

async function bodyOf({ request }) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? undefined : JSON.parse(text);
}

/** How each format asks and answers: the ids that a request names, an item, the answer around one or many. */
const formats = {
  suno: {
    many: ({ path }, body) => path === "/suno/fetch" && body.ids,
    one: ({ path }) => path.match(/^\/suno\/fetch\/(.+)$/)?.[1],
    item: (id, done) => ({
      task_id: id,
      action: "MUSIC",
      status: done ? "SUCCESS" : "IN_PROGRESS",
      data: done ? [{ audio_url: `https://cdn.example/${id}` }] : null,
    }),
    around: (data) => ({ code: "success", message: "", data }),
  },
  midjourney: {
    many: ({ path }, body) => path === "/mj/task/list-by-condition" && body.ids,
    one: ({ path }) => path.match(/^\/mj\/task\/(.+)\/fetch$/)?.[1],
    item: (id, done) => ({
      id,
      action: "IMAGINE",
      status: done ? "SUCCESS" : "IN_PROGRESS",
      imageUrl: done ? `https://cdn.example/${id}` : null,
    }),
    around: (data) => data,
  },
  luma: {
    many: ({ path }, body) => path === "/luma/tasks" && body.ids,
    one: ({ path }) => path.match(/^\/luma\/generations\/(.+)$/)?.[1],
    item: (id, done) => ({
      id,
      state: done ? "completed" : "processing",
      queue_state: null,
      video: done ? { download_url: `https://cdn.example/${id}` } : null,
    }),
    around: (data) => data,
  },
  kling: {
    kind: "tasks",
    many: ({ path, query }) => path === "/kling/tasks" && query.get("task_ids").includes(",") && query.get("task_ids").split(","),
    one: ({ path, query }) => path === "/kling/tasks" && query.get("task_ids"),
    item: (id, done) => ({
      id,
      status: done ? "succeeded" : "processing",
      outputs: done ? [{ type: "video", url: `https://cdn.example/${id}` }] : [],
    }),
    around: (data) => ({ code: 0, message: "SUCCEED", data: [data].flat() }),
  },
  doubao: {
    many: ({ path, query }) => path === "/volc/v1/contents/generations/tasks" && query.getAll("filter.task_ids"),
    one: ({ path }) => path.match(/^\/volc\/v1\/contents\/generations\/tasks\/(.+)$/)?.[1],
    item: (id, done) => ({
      id,
      model: "doubao-seedance-1-0-pro-250528",
      status: done ? "succeeded" : "running",
      content: done ? { video_url: `https://cdn.example/${id}` } : undefined,
    }),
    around: (data) => (Array.isArray(data) ? { total: data.length, items: data } : data),
  },
};

/** A relay of all formats. Task `x-N` is done once it was asked for N times; `fault` may answer first. */
async function relayOf(t, fault = () => undefined) {
  const polls = new Map();
  const seen = { batches: [], singles: [] };
  const served = await relay(t, async (exchange) => {
    const body = await bodyOf(exchange);
    for (const format of Object.values(formats)) {
      const many = format.many(exchange, body ?? {});
      const ids = many || [format.one(exchange)].filter(Boolean);
      if (ids.length === 0) continue;
      (many ? seen.batches : seen.singles).push(ids.map(decodeURIComponent));
      const answer = fault({ many: !!many, ids, nth: seen.batches.length });
      if (answer) return answer === silence ? undefined : answer;
      const items = ids.map((id) => {
        polls.set(id, (polls.get(id) ?? 0) + 1);
        return format.item(decodeURIComponent(id), polls.get(id) >= Number(id.split("-")[1]));
      });
      return json(format.around(many ? items : items[0]));
    }
    return json({ error: { message: "Invalid URL" } }, 404);
  });
  return { ...served, ...seen };
}

const refs = (format, ids, baseUrl) => ids.map((id) => ({ id, format, kind: formats[format].kind, baseUrl }));
const open = (url, more = {}) => createClient({ baseUrl: url, apiKey: "sk-1", ...more });
const idsOf = (count, polls) => Array.from({ length: count }, (_, index) => `t${index}-${polls}`);

describe("all with batches", { concurrency: true }, () => {
  for (const format of Object.keys(formats)) {
    test(`${format}: one request a round, and each task's own body`, async (t) => {
      const { url, requests, batches } = await relayOf(t);
      const ids = idsOf(12, 3);
      const first = new Map();
      const onUpdate = (task) => first.has(task.id) || first.set(task.id, task.raw);
      const settled = await collect(open(url, { format }).all(refs(format, ids, url), { poll, onUpdate }));
      assert.deepEqual(settled.map(({ ref }) => ref.id).sort(), [...ids].sort());
      for (const { ok, task, ref } of settled) {
        assert.equal(ok, true);
        assert.equal(task.outputs[0].url, `https://cdn.example/${ref.id}`);
        assert.deepEqual(first.get(ref.id), JSON.parse(JSON.stringify(formats[format].item(ref.id, false))));
      }
      assert.deepEqual([...batches[0]].sort(), [...ids].sort());
      // Three rounds of one; on a busy machine a round may fall into some, but not into twelve.
      assert.ok(requests.length <= 12, `${requests.length} requests`);
      assert.ok(requests.every(({ headers }) => headers.authorization === "Bearer sk-1"));
    });
  }

  /** DashScope's list names all tasks of an account and no results. */
  const wan = (t, lists) => {
    const polls = {};
    return relay(t, ({ path, query }) => {
      const [, id] = path.match(/^\/wan\/api\/v1\/tasks\/(.*)$/) ?? [];
      if (id === undefined || (id === "" && !lists)) return json({ code: "NotFound", message: "no route" }, 404);
      if (id) {
        const task_status = (polls[id] ?? 0) >= 2 ? "SUCCEEDED" : "RUNNING";
        polls[id] = (polls[id] ?? 0) + 1;
        return json({ request_id: "r", output: { task_id: id, task_status, video_url: `https://cdn.example/${id}` } });
      }
      assert.equal(`${query.get("page_no")} of ${query.get("page_size")}`, "1 of 100");
      const data = ["other", "a", "b", "c"].map((task_id) => {
        polls[task_id] = (polls[task_id] ?? 0) + 1;
        return { task_id, status: polls[task_id] >= 3 ? "SUCCEEDED" : "RUNNING", gmt_create: Date.now(), region: "cn-beijing" };
      });
      return json({ total: 4, data, total_page: 1, page_no: 1, request_id: "r", page_size: 100 });
    });
  };

  test("wan: the list tells who is done, a query for each of these what came of it", async (t) => {
    const { url, paths } = await wan(t, true);
    const client = open(url, { format: "wan", prefix: "/wan" });
    const settled = await collect(client.all(["a", "b", "c"], { poll }));
    assert.deepEqual(settled.map(({ ref, task }) => task.videoUrl === `https://cdn.example/${ref.id}` && task.raw.output.task_id === ref.id), [true, true, true]);
    const lists = paths().filter((path) => path.includes("page_no"));
    assert.ok(lists.length >= 3 && lists.length <= 6 && paths().length === lists.length + 3, `${paths()}`);
  });

  test("wan: a relay without the list is asked for it once", async (t) => {
    const { url, paths } = await wan(t, false);
    const client = open(url, { format: "wan", prefix: "/wan" });
    const settled = await collect(client.all(["a", "b", "c"], { poll, failures: 0 }));
    assert.ok(settled.length === 3 && settled.every(({ ok }) => ok));
    assert.equal(paths().filter((path) => path.includes("page_no")).length, 1);
  });

  test("a thousand are asked for in twenties", async (t) => {
    const { url, requests } = await relayOf(t);
    const settled = await collect(open(url, { format: "suno" }).all(idsOf(1000, 2), { poll: { minMs: 400, maxMs: 800 } }));
    assert.ok(settled.length === 1000 && settled.every(({ ok }) => ok));
    assert.ok(requests.length <= 60, `${requests.length} requests`);
  });

  test("several formats, kinds without batches and other relays' refs in one call, in order of completion", async (t) => {
    const { url, batches, singles } = await relayOf(t);
    const tasks = [
      ...refs("suno", ["s-9", "s-1"], url),
      ...refs("luma", ["l-5", "l-3"], url),
      { id: "x", format: "suno", baseUrl: "https://other.example" },
      { id: "v", format: "vidu", baseUrl: url },
    ];
    const settled = await collect(open(url).all(tasks, { poll, failures: 0 }));
    const order = settled.map(({ ref }) => ref.id);
    assert.equal(settled.length, 6);
    const by = Object.fromEntries(settled.map((one) => [one.ref.id, one.ok || one.error.code]));
    assert.deepEqual(by, { "s-9": true, "s-1": true, "l-5": true, "l-3": true, x: "invalid_argument", v: by.v });
    assert.ok(["not_found", "rejected"].includes(by.v));
    assert.ok(order.indexOf("s-1") < order.indexOf("l-3") && order.indexOf("l-3") < order.indexOf("l-5"));
    assert.ok(order.indexOf("l-5") < order.indexOf("s-9"));
    // As long as there are two of a format they share; the last one asks for itself.
    assert.deepEqual(batches.slice(0, 2).map((ids) => ids.sort()).sort(), [["l-3", "l-5"], ["s-1", "s-9"]]);
    assert.ok(singles.some(([id]) => id === "s-9"));
  });

  for (const [what, answer] of [
    ["404", () => json({ error: { message: "Invalid URL" } }, 404)],
    ["405", () => json({}, 405)],
    ["a web page", () => html()],
    ["other tasks", () => json([{ id: "another", task_id: "another", state: "completed", status: "SUCCESS" }])],
  ]) {
    test(`a relay that answers a batch with ${what} is asked singly from then on`, async (t) => {
      const { url, batches, singles } = await relayOf(t, ({ many }) => (many ? answer() : undefined));
      const client = open(url, { format: "midjourney" });
      const settled = await collect(client.all(idsOf(4, 3), { poll, failures: 0 }));
      assert.ok(settled.length === 4 && settled.every(({ ok }) => ok));
      assert.equal(batches.length, 1);
      await collect(client.all(idsOf(3, 1), { poll }));
      assert.equal(batches.length, 1);
      assert.equal(singles.length, 12 + 3);
    });
  }

  test("an id that the answer leaves out is asked for by itself, and told of as ever", async (t) => {
    const unknown = json({ code: "task_not_exist", message: "task_not_exist", data: null }, 400);
    const { url, singles } = await relayOf(t, ({ many, ids }) => {
      if (!many) return ids[0] === "gone-1" ? unknown : undefined;
      const at = ids.indexOf("gone-1");
      if (at >= 0) ids.splice(at, 1);
    });
    const settled = await collect(open(url, { format: "suno" }).all(["a-3", "gone-1", "b-3"], { poll, timeoutMs: 3000 }));
    const by = Object.fromEntries(settled.map((one) => [one.ref.id, one.ok || one.error]));
    assert.deepEqual([by["a-3"], by["b-3"]], [true, true]);
    assert.equal(by["gone-1"].code, "wait_timeout");
    assert.ok(by["gone-1"].seen["http 400"] > 1);
    assert.ok(singles.filter(([id]) => id === "gone-1").length > 1);
  });

  test("an error of the whole request is each one's own, with its ref and cause", async (t) => {
    const { url, batches, singles } = await relayOf(t, () => json({ error: { message: "slow down" } }, 429));
    const settled = await collect(open(url, { format: "suno" }).all(["a-1", "b-1"], { poll, failures: 1 }));
    for (const { ok, ref, error } of settled) {
      assert.equal(ok, false);
      assert.deepEqual([error.code, error.httpStatus, error.ref.id, error.seen["http 429"]], ["rate_limited", 429, ref.id, 2]);
    }
    assert.ok(batches.length > 0 && batches.length + singles.length <= 3);

    const cause = new TypeError("cut");
    const cut = open(url, { format: "suno", fetch: () => Promise.reject(cause) });
    for (const { error } of await collect(cut.all(["a-1", "b-1"], { poll, failures: 0 }))) {
      assert.deepEqual([error.code, error.cause], ["network", cause]);
    }
  });

  test("onUpdate and events speak of each task", async (t) => {
    const { url } = await relayOf(t);
    const events = [];
    const seen = [];
    const client = open(url, { format: "suno", onEvent: (event) => events.push(event) });
    await collect(client.all(["a-2", "b-2"], { poll, onUpdate: ({ id, status }) => seen.push(`${id} ${status}`) }));
    assert.deepEqual(seen.sort(), ["a-2 running", "a-2 succeeded", "b-2 running", "b-2 succeeded"]);
    assert.deepEqual(events.filter(({ type }) => type === "poll").map(({ ref }) => ref.id).sort(), ["a-2", "b-2"]);
    const [first] = events;
    assert.deepEqual([first.type, first.method, first.url, first.ref], ["request", "POST", `${url}/suno/fetch`, undefined]);
    assert.ok(events.every(({ type, ref, url: to }) => ref || (type !== "poll" && to === `${url}/suno/fetch`)));
  });

  test("abort ends a batch under way at once, and leaves no listener", async (t) => {
    const { url, asked, idle, requests } = await relayOf(t, () => silence);
    const stop = new AbortController();
    const ended = thrown(collect(open(url, { format: "suno" }).all(idsOf(5, 1), { poll, signal: stop.signal })), 5000);
    await asked(1);
    const reason = { mine: true };
    stop.abort(reason);
    assert.equal(await ended, reason);
    await idle();
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    assert.equal(requests.length, 1);
  });

  test("abort while the batch gathers sends nothing", async (t) => {
    const { url, requests } = await relayOf(t);
    const client = open(url, { format: "suno" });
    await client.query("a-1");
    const stop = new AbortController();
    const ended = thrown(collect(client.all(idsOf(5, 1), { poll, signal: stop.signal })), 5000);
    await pause(tick);
    stop.abort(new Error("mine"));
    assert.equal((await ended).message, "mine");
    await pause(80);
    assert.equal(requests.length, 1);
  });

  test("break stops the batches", async (t) => {
    const { url, requests, idle } = await relayOf(t);
    for await (const _ of open(url, { format: "suno" }).all(["a-1", "b-99", "c-99"], { poll })) break;
    await idle();
    const { length } = requests;
    await pause(400);
    assert.equal(requests.length, length);
  });

  test("a function for the key that fails is each one's own error", async (t) => {
    const { url, requests } = await relayOf(t);
    const apiKey = () => Promise.reject(new Error("vault"));
    const settled = await collect(open(url, { format: "suno", apiKey }).all(["a-1", "b-1"], { poll }));
    assert.deepEqual(settled.map(({ error }) => error.code), ["auth", "auth"]);
    assert.equal(requests.length, 0);
  });

  test("a deadline is each one's own", async (t) => {
    const { url } = await relayOf(t);
    const settled = await within(collect(open(url, { format: "suno" }).all(["a-99", "b-99", "c-1"], { poll, timeoutMs: 1500 })));
    assert.deepEqual(settled.map(({ ok, error }) => [ok, error?.code]), [[true, undefined], [false, "wait_timeout"], [false, "wait_timeout"]]);
    assert.ok(settled[1].error.task.status === "running" && settled[1].error.seen.running > 1);
  });

  test("wait() alone never asks with a batch", async (t) => {
    const { url, batches } = await relayOf(t);
    const client = open(url, { format: "suno" });
    await Promise.all(["a-2", "b-2"].map((id) => client.wait(id, { poll })));
    assert.equal(batches.length, 0);
    await failure(client.wait("a-1", { poll: { minMs: 5, maxMs: 1 } }), "invalid_argument");
  });
});
