// useVideoTask in Chromium, in strict mode, with the Reacts that the package takes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { json, silence, task } from "../package/lib/relay.mjs";
import { launch } from "../page/demo.mjs";
import { bundled, pageOf, versions } from "./lib/react.mjs";
import { open, site } from "./lib/site.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Longer than any pause between two polls here. */
const LONG = 400;

for (const react of versions) {
  describe(`useVideoTask in React ${react.version}`, () => {
    let app;
    before(async () => (app = await bundled(react)));

    /** The app in a tab, and a relay: `answer(id, nth)` is asked for every poll. `polls(id)` counts them. */
    async function start(t, answer) {
      const seen = {};
      const open_ = {};
      const most = {};
      const server = await site(t, ({ path, response }) => {
        const id = path.split("/")[3];
        seen[id] = (seen[id] ?? 0) + 1;
        open_[id] = (open_[id] ?? 0) + 1;
        most[id] = Math.max(most[id] ?? 0, open_[id]);
        response.on("close", () => open_[id]--);
        return answer(id, seen[id]);
      }, { "/": pageOf(), "/app.js": app });
      const page = await open(t, browser, server.url);
      return {
        ...server, page,
        polls: (id) => seen[id] ?? 0,
        /** The most at once. */
        most: (id) => most[id] ?? 0,
        show: (clips, options) => page.evaluate(([clips, options]) => show(clips, options), [clips, options]),
        clip: (name) => page.getByRole("region", { name }),
        until: (name, text) => page.getByRole("region", { name }).getByText(text).waitFor(),
        text: async (name) => (await page.getByRole("region", { name }).innerText()).replace(/\s+/g, " "),
        waits: () => page.evaluate(() => waits()),
        async polled(id, times) {
          while ((seen[id] ?? 0) < times) await page.waitForTimeout(10);
        },
      };
    }
    const running = (id, nth) => json(task("in_progress", { id, progress: Math.min(nth, 90) }));
    const ref = (url, id) => ({ id, format: "openai-videos", baseUrl: url });

    test("from the first poll to the video; strict mode makes one stream of polls", async (t) => {
      const { page, show, until, waits, most, text } = await start(t, (id, nth) => json(task(nth < 5 ? "in_progress" : "completed", { id, progress: nth * 20 })));
      await show([{ name: "one", of: "a" }]);
      assert.deepEqual((await waits()).length, 1, "both effects of strict mode share one wait");
      await until("one", "done");
      assert.equal(await text("one"), "done a succeeded 1Refresh");
      assert.deepEqual([most("a"), (await waits()).map(({ aborted }) => aborted)], [1, [false]]);
      const progress = await page.evaluate(() => renders.map(({ found }) => found.task?.progress ?? null));
      assert.deepEqual([...new Set(progress)], [null, 0.2, 0.4, 0.6, 0.8, 1]);
      const states = await page.evaluate(() => renders.map(({ status, found }) => `${status} ${found.task?.status}`));
      assert.deepEqual([...new Set(states)], ["waiting undefined", "waiting running", "done succeeded"]);
      assert.deepEqual(page.errors, []);
    });

    test("components with the same task share one watch, which ends with the last of them", async (t) => {
      const { page, url, show, until, waits, polled, polls, idle, most } = await start(t, running);
      const of = ref(url, "a");
      const clips = [{ name: "one", of }, { name: "two", of: { ...of } }, { name: "three", of }];
      await show(clips);
      for (const { name } of clips) await until(name, "a running");
      assert.deepEqual([(await waits()).length, most("a")], [1, 1]);
      // A fourth comes later: it has what is known at once.
      await show([...clips, { name: "four", of }]);
      assert.ok(await page.evaluate(() => renders.filter(({ name }) => name === "four").every(({ got }) => got === "a")));
      await show([clips[1]]);
      await polled("a", polls("a") + 3);
      assert.deepEqual((await waits()).map(({ aborted }) => aborted), [false]);
      await show([]);
      await page.waitForFunction(() => waits().every(({ ended }) => ended));
      assert.deepEqual((await waits()).map(({ aborted }) => aborted), [true]);
      await idle();
      const before = polls("a");
      await page.waitForTimeout(LONG);
      assert.equal(polls("a"), before, "the relay sees no more polls");
      assert.deepEqual(page.errors, []);
    });

    test("going away while a poll is under way ends that too", async (t) => {
      const { show, polled, idle, waits } = await start(t, silence);
      await show([{ name: "one", of: "a" }]);
      await polled("a", 1);
      await show([]);
      await idle();
      assert.deepEqual((await waits()).map(({ aborted }) => aborted), [true]);
    });

    test("a component that follows another with the same task takes its watch over", async (t) => {
      const { show, until, waits } = await start(t, running);
      await show([{ name: "one", of: "a" }]);
      await until("one", "a running");
      await show([{ name: "two", of: "a" }]);
      await until("two", "a running");
      assert.deepEqual((await waits()).map(({ aborted }) => aborted), [false]);
    });

    test("another ref: the first is left, and nothing of it is ever shown for the second", async (t) => {
      const { page, url, show, until, waits, polls, polled } = await start(t, running);
      await show([{ name: "one", of: ref(url, "a") }]);
      await until("one", "a running");
      await show([{ name: "one", of: ref(url, "b") }]);
      await until("one", "b running");
      await polled("b", 3);
      const mixed = await page.evaluate(() => renders.filter(({ of, got }) => got !== null && got !== of).length);
      assert.equal(mixed, 0);
      assert.equal(await page.evaluate(() => renders.find(({ of }) => of === "b").status), "waiting");
      assert.deepEqual((await waits()).map(({ of, aborted }) => [of, aborted]), [["a", true], ["b", false]]);
      const before = polls("a");
      await page.waitForTimeout(LONG);
      assert.equal(polls("a"), before);
      assert.deepEqual(page.errors, []);
    });

    test("an error is shown with what to do; refresh() asks again", async (t) => {
      let refuses = true;
      const { page, show, until, clip, waits } = await start(t, (id) => (refuses ? json({ error: { message: "bad key" } }, 401) : json(task("completed", { id }))));
      await show([{ name: "one", of: "a" }, { name: "two", of: "a" }]);
      for (const name of ["one", "two"]) {
        await until(name, "failed");
        assert.match(await clip(name).getByRole("alert").innerText(), /^auth: .*bad key.* Check that the key belongs to this relay/);
      }
      refuses = false;
      await clip("one").getByRole("button", { name: "Refresh" }).click();
      for (const name of ["one", "two"]) {
        await until(name, "done");
        assert.equal(await clip(name).getByRole("alert").count(), 0);
      }
      assert.deepEqual((await waits()).length, 2);
      const states = await page.evaluate(() => renders.filter(({ name }) => name === "one").map(({ status }) => status));
      assert.deepEqual(states.filter((status, nth) => status !== states[nth - 1]), ["waiting", "failed", "waiting", "done"]);
      assert.deepEqual(page.errors, []);
    });

    test("a task that failed: why, and its last snapshot", async (t) => {
      const { page, show, until, clip } = await start(t, (id) => json(task("failed", { id, error: { code: "moderation_blocked", message: "Blocked by moderation" } })));
      await show([{ name: "one", of: "a" }]);
      await until("one", "a failed");
      assert.match(await clip("one").getByRole("alert").innerText(), /^task_failed: .*Blocked by moderation/);
      const states = await page.evaluate(() => renders.map(({ status, got }) => `${status} ${got}`));
      assert.deepEqual([...new Set(states)], ["waiting null", "failed a"], "never a failed task that is waited for");
    });

    test("a deadline: wait_timeout, and refresh() goes on", async (t) => {
      let ready = false;
      const { show, until, clip } = await start(t, (id, nth) => (ready ? json(task("completed", { id })) : running(id, nth)));
      await show([{ name: "one", of: "a", options: { timeoutMs: 1_500 } }]);
      await until("one", "failed");
      assert.match(await clip("one").innerText(), /a running[^]*wait_timeout/);
      ready = true;
      await clip("one").getByRole("button").click();
      await until("one", "done");
    });

    test("refresh() of a finished task asks once more and shows it meanwhile", async (t) => {
      const { page, show, until, clip, polls, polled } = await start(t, (id, nth) => json(task("completed", { id, video_url: `https://cdn.example/${nth}.mp4` })));
      await show([{ name: "one", of: "a" }]);
      await until("one", "done");
      const before = polls("a");
      await clip("one").getByRole("button").click();
      await polled("a", before + 1);
      await page.waitForFunction((nth) => renders.at(-1).found.task.videoUrl === `https://cdn.example/${nth}.mp4`, before + 1);
      const states = await page.evaluate(() => renders.map(({ status }) => status));
      assert.deepEqual(states.filter((status, nth) => status !== states[nth - 1]), ["waiting", "done"]);
    });

    test("renders around it change nothing: one wait, the same object and the same function", async (t) => {
      const { page, url, waits, polled } = await start(t, (id) => json(task("queued", { id })));
      await page.evaluate((of) => again(of, 0), ref(url, "a"));
      await page.getByText("a queued").waitFor();
      await polled("a", 3);
      await page.evaluate(() => renders.splice(0));
      await page.evaluate((of) => again(of, 100), ref(url, "a"));
      const { all, founds, functions } = await page.evaluate(() => ({
        all: renders.length, founds: new Set(renders.map(({ found }) => found)).size, functions: new Set(renders.map(({ refresh }) => refresh)).size,
      }));
      assert.ok(all >= 100);
      assert.deepEqual([founds, functions, (await waits()).length], [1, 1, 1]);
    });

    test("polls without news render nothing", async (t) => {
      const { page, show, until, polls, polled } = await start(t, (id) => json(task("queued", { id })));
      await show([{ name: "one", of: "a" }]);
      await until("one", "a queued");
      const before = await page.evaluate(() => renders.length);
      await polled("a", polls("a") + 5);
      assert.equal(await page.evaluate(() => renders.length), before);
    });

    test("other options are another wait", async (t) => {
      const { show, until, waits } = await start(t, running);
      await show([{ name: "one", of: "a" }, { name: "two", of: "a", options: { failures: 3 } }]);
      await until("two", "a running");
      assert.equal((await waits()).length, 2);
      await show([{ name: "one", of: "a" }, { name: "two", of: "a", options: { failures: 4 } }]);
      await until("two", "a running");
      assert.deepEqual((await waits()).map(({ aborted }) => aborted), [false, true, false]);
    });

    test("no deadline at all lasts as long as the component", async (t) => {
      const { show, until, waits } = await start(t, running);
      await show([{ name: "one", of: "a", options: { timeoutMs: null } }, { name: "two", of: "a" }]);
      await until("one", "a running");
      assert.equal((await waits()).length, 2, "null and the default are not the same");
    });

    test("no task yet: idle, and nothing is asked", async (t) => {
      const { page, show, text, asked, until } = await start(t, running);
      await show([{ name: "one", of: null }]);
      assert.equal(await text("one"), "idle no taskRefresh");
      await page.getByRole("button").click();
      assert.equal(asked().length, 0);
      await show([{ name: "one", of: "a" }]);
      await until("one", "a running");
      await show([{ name: "one", of: null }]);
      assert.equal(await text("one"), "idle no taskRefresh");
    });

    test("what cannot be a task comes as an error", async (t) => {
      const { show, until, clip, asked } = await start(t, running);
      await show([{ name: "one", of: "" }]);
      await until("one", "failed");
      assert.match(await clip("one").getByRole("alert").innerText(), /^invalid_argument: /);
      assert.equal(asked().length, 0);
    });

    test("a client of its own goes before the provider's; without either it says what to do", async (t) => {
      const { page, show, until, waits } = await start(t, running);
      await page.evaluate(() => show([{ name: "one", of: "a", options: { client: own } }], { provide: false }));
      await until("one", "a running");
      await page.evaluate(() => show([{ name: "one", of: "a", options: { client: own } }]));
      await until("one", "a running");
      assert.deepEqual([(await waits()).length, await page.evaluate(() => own.waits.length > 0)], [0, true]);
      page.errors.length = 0;
      await show([{ name: "other", of: "a" }], { provide: false });
      assert.equal(await page.getByRole("alert").innerText(), "true invalid_argument: Render it below <ReelayProvider client={...}>, or give it { client }.");
    });

    test("hydrates what a server rendered, and begins then", async (t) => {
      const { url, page, until, waits } = await start(t, running);
      const markup = await page.evaluate(() => {
        show([{ name: "one", of: "a" }], { strict: false });
        return document.querySelector("main section").outerHTML;
      });
      const server = await site(t, ({ path }) => running(path.split("/")[3], 1), { "/": pageOf(`<main>${markup}</main>`), "/app.js": app });
      assert.ok(url !== server.url);
      const hydrated = await open(t, browser, server.url);
      await hydrated.evaluate(() => hydrate([{ name: "one", of: "a" }]));
      await hydrated.getByText("a running").waitFor();
      assert.deepEqual([await hydrated.evaluate(() => waits().length), hydrated.errors], [1, []]);
      await until("one", "a running");
      assert.equal((await waits()).length, 1);
    });
  });
}

test("the README's example runs as it stands", async (t) => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const [, example] = /^```jsx\n([^]*?)^```$/m.exec(readme);
  assert.match(example, /baseUrl: "https:\/\/app\.example\/relay"/);
  const code = `${example.replace('"https://app.example/relay"', "location.origin")}
    import { createRoot } from "react-dom/client";
    createRoot(document.body.appendChild(document.createElement("main"))).render(<App />);
    window.ready = true;`;
  const bodies = [json({ error: { message: "bad key" } }, 401), json(task("completed", { id: "video_123", video_url: "data:video/mp4;base64,AAAA" }))];
  const server = await site(t, () => bodies.shift(), { "/": pageOf(), "/app.js": await bundled(versions[0], code) });
  const page = await open(t, browser, server.url);
  await page.getByText("Check that the key belongs to this relay").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("video").waitFor();
  assert.equal(await page.locator("video").getAttribute("src"), "data:video/mp4;base64,AAAA");
});
