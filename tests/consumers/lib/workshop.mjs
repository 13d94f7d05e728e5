// Where consumers are run one after the other: each with its folder installed, a relay of its own, and what it may use.
import { join } from "node:path";
import { attempt } from "./attempt.mjs";
import { home, install, pack } from "./install.mjs";
import { programs } from "./program.mjs";
import { startRelay } from "./relay.mjs";
import { browser, reportOfPage, serveFolder } from "./site.mjs";

const installMs = 300_000;

/** `tarball` is what is installed; left out, it is packed anew. */
export function workshop(given) {
  const place = home();
  const tarball = given ?? pack(place);
  const chromium = browser();
  const installed = new Map();

  /**
   * What a consumer's function is called with: `folder`, where it lies installed, and `tarball`; a `relay` with its `check`; `run` and
   * `start` for programs; `serve`, which gives the address of a folder; `page`, the report of a page in Chromium; `log`, `signal`, `after` as in
   * `attempt`. What it returns may hold `versions`, in place of those in its package.json.
   */
  async function give({ consumer, work }, folder, { log, signal, after }) {
    const relay = await startRelay();
    after(() => relay.close());
    const versions = [...consumer.versions];
    const given = await work({
      folder, tarball, relay, log, signal, after, ...programs({ folder, log, signal }),
      serve: async (path, headers) => {
        const site = await serveFolder(path, headers);
        after(() => site.close());
        return site.url;
      },
      page: async (url) => {
        const name = `chromium ${(await chromium.launch()).version()}`;
        if (!versions.includes(name)) versions.push(name);
        return reportOfPage({ chromium, url, log, signal });
      },
    });
    return given?.versions ?? versions;
  }

  return {
    tarball,

    /** Runs a row: its `name`, its `result`, its `time`, the time of `installing` if it is the first of its folder, and the `versions` in use. */
    async run(row) {
      const { consumer, name, limitMs } = row;
      const folder = join(place, consumer.name);
      const first = !installed.has(consumer.name);
      if (first) {
        installed.set(consumer.name, await attempt(`installing ${consumer.name}`, installMs, ({ log, signal }) =>
          install({ source: consumer.source, target: folder, tarball, run: programs({ folder, log, signal }).run })));
      }
      const installation = installed.get(consumer.name);
      const { result, time, given } = installation.result === "passed"
        ? await attempt(name, limitMs, (tools) => give(row, folder, tools))
        : { result: "FAILED (not installed)", time: 0 };
      const versions = given ?? consumer.versions;
      return { name, result, time, installing: first ? installation.time : null, versions: versions.length > 0 ? versions : [`node ${process.versions.node}`] };
    },

    close: () => chromium.close(),
  };
}
