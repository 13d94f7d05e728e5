import assert from "node:assert/strict";
import { checkHost, KEY, startUpstream } from "../../package/lib/proxy-host.mjs";
import { binOf } from "../lib/bundle.mjs";

export const limitMs = 240_000;

const env = ({ relay }) => ({ RELAY_URL: relay.url, NEXT_TELEMETRY_DISABLED: "1" });
const address = /http:\/\/127\.0\.0\.1:\d+/;

/** The server component, the route handler, the client component and the hook, of a server at `url`. */
async function visit({ relay, page }, url) {
  const get = async (path) => {
    const response = await fetch(url + path);
    const text = await response.text();
    assert.equal(response.status, 200, text.slice(0, 2000));
    return text;
  };
  const rendered = await get("/");
  relay.check(JSON.parse(rendered.match(/<pre>(.*?)<\/pre>/)[1].replaceAll("&quot;", '"')));
  relay.check(JSON.parse(await get("/report")));
  assert.match(await get("/client"), /no calls yet, function/);
  assert.equal(relay.requests.length, 0, "the client component asked the relay while it was rendered on the server");
  relay.check(await page(`${url}/client`));
  assert.match(await get("/hooks"), /<output>waiting<\/output>/);
  assert.equal(relay.requests.length, 0, "the hook asked the relay while it was rendered on the server");
  assert.deepEqual(await page(`${url}/hooks`), { status: "done", task: "succeeded" });
}

export async function build(consumer) {
  await consumer.run(binOf(consumer.folder, "next"), ["build"], { env: env(consumer) });
  assert.equal(consumer.relay.requests.length, 0, "the build asked the relay");
  const upstream = await startUpstream();
  consumer.after(() => upstream.close());
  const [url] = await consumer.start(binOf(consumer.folder, "next"), ["start", "--hostname", "127.0.0.1", "--port", "0"], address, {
    env: { ...env(consumer), PROXY_RELAY_URL: upstream.url, RELAY_KEY: KEY },
  });
  await visit(consumer, url);
  // Next takes Content-Length off every answer: server/send-response.js. Content-Range tells it all the same.
  await checkHost(`${url}/api/relay`, upstream, { sized: [] });
}

export async function dev(consumer) {
  const [url] = await consumer.start(binOf(consumer.folder, "next"), ["dev", "--hostname", "127.0.0.1", "--port", "0"], address, { env: env(consumer) });
  await visit(consumer, url);
}
