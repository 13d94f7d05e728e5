// A call of the page's as programs that do the same. No key is ever in one; texts of others go in as literals, never as code.

/**
 * @typedef {object} Call
 * @property {"direct" | "proxy"} via
 * @property {string} baseUrl
 * @property {{ baseUrl: string, format: string, prefix: string }} behind the relay itself, where the base URL is a proxy's
 * @property {string} format
 * @property {string} prefix
 * @property {{ id: string, format: string, found?: string }[]} tasks `found`: the format that the relay's answer was of
 * @property {{ minMs: number, maxMs: number }} poll
 * @property {number} timeoutMs
 * @property {"wait" | "download" | "create"} deed
 * @property {string} model
 * @property {string} prompt
 */

/** A JavaScript literal, in a module's file as well as between script tags. */
export const literal = (value) => JSON.stringify(value).replaceAll("</", "<\\/").replaceAll("<!--", "<\\!--");

/** 1200000: "1_200_000". */
const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "_");

const options = ({ timeoutMs, poll }) => `{ timeoutMs: ${number(timeoutMs)}, poll: { minMs: ${number(poll.minMs)}, maxMs: ${number(poll.maxMs)} } }`;

/** The one format of all tasks, or auto. */
export const formatOf = ({ tasks, format, prefix, deed }) => {
  const named = new Set(tasks.map((task) => task.format));
  return deed === "create" || prefix || named.size === 0 ? format : named.size === 1 ? [...named][0] : "auto";
};

/** An id where the client's own format is meant; else a ref, which names its format. */
const taskOf = ({ id, format }, call) => (format === "auto" || format === formatOf(call) ? literal(id) : `{ id: ${literal(id)}, format: ${literal(format)}, baseUrl }`);

function client(call, baseUrl, key) {
  const format = formatOf(call);
  const refs = call.deed !== "create" && call.tasks.some((task) => taskOf(task, call).startsWith("{"));
  return [
    ...(refs ? [`const baseUrl = ${baseUrl};`] : []),
    "const relay = createClient({",
    refs ? "  baseUrl," : `  baseUrl: ${baseUrl},`,
    ...(key ? [`  apiKey: ${key},`] : []),
    ...(format === "auto" ? [] : [`  format: ${literal(format)},`]),
    ...(call.prefix ? [`  prefix: ${literal(call.prefix)},`] : []),
    "});",
    `const options = ${options(call)};`,
  ];
}

/** @param {string[]} one what is done with a finished `task` @param {Call} call */
function acts(call, one) {
  if (call.deed === "create") {
    return [
      `const { ref } = await relay.create({ model: ${literal(call.model)}, prompt: ${literal(call.prompt)} });`,
      "console.log(JSON.stringify(ref)); // whoever has it can go on with the task",
      "const task = await relay.wait(ref, options);",
      ...one,
    ];
  }
  if (call.tasks.length < 2) return [`const task = await relay.wait(${taskOf(call.tasks[0], call)}, options);`, ...one];
  return [
    "const tasks = [",
    ...call.tasks.map((task) => `  ${taskOf(task, call)},`),
    "];",
    "for await (const { ok, ref, task, error } of relay.all(tasks, options)) {",
    "  if (!ok) {",
    "    console.error(`${ref.id}: ${error.code}: ${error.message} ${error.hint}`);",
    "    continue;",
    "  }",
    ...one.map((line) => `  ${line}`),
    "}",
  ];
}

export const text = (...lines) => `${lines.join("\n")}\n`;

/** A proxy serves what is there; creating goes to the relay itself, as a server does it. */
export const atRelay = (call) => (call.deed === "create" && call.via === "proxy"
  ? { ...call, ...call.behind, via: "direct", baseUrl: call.behind.baseUrl || "https://relay.example" } : call);

/** For Node, Deno and Bun. */
export function program(asked) {
  const call = atRelay(asked);
  const saves = call.deed !== "wait";
  return text(
    'import { createClient } from "reelay";',
    ...(saves ? ['import { save } from "reelay/node";'] : []),
    "",
    ...(call.via === "proxy" ? ["// The proxy adds the key; where it asks who you are, give headers."] : []),
    ...client(call, literal(call.baseUrl), call.via === "direct" && "process.env.RELAY_KEY"),
    "",
    ...acts(call, saves ? [
      'const file = `${task.id.replace(/[^\\w.-]+/g, "_")}.mp4`;',
      "const { path, bytes } = await save(relay.download(task), file);",
      "console.log(`${path}: ${bytes} bytes`);",
    ] : ["console.log(task.id, task.status, task.videoUrl);"]),
  );
}

/** For a page; it needs a proxy of its own, as a key in a page is public. */
export function page(asked, mount) {
  if (asked.deed === "create") throw new Error("A page asks through a proxy, which creates nothing: have your server create the task, and give the page its id.");
  // A proxy tells every relay's tasks in one and the same way.
  const call = { ...asked, format: "auto", prefix: "", tasks: asked.tasks.map(({ id }) => ({ id, format: "auto" })) };
  return text(
    'import { createClient } from "reelay";',
    "",
    "// No key here: this address is a proxy on your own server, which adds it.",
    ...client(call, mount),
    "",
    ...acts(call, call.deed === "wait" ? ["console.log(task.id, task.status, task.videoUrl);"] : [
      'const video = document.createElement("video");',
      "video.controls = true;",
      "video.src = URL.createObjectURL(await relay.download(task).blob());",
      "document.body.append(video);",
    ]),
  );
}

const quoted = (value) => `'${value.replaceAll("'", "'\\''")}'`;

/** A header that has the key gets it from the shell. */
const header = (name, value, mark) => (mark && value.includes(mark)
  ? `"${`${name}: ${value}`.replace(/["\\$`]/g, "\\$&").replaceAll(mark, "$RELAY_KEY")}"`
  : quoted(`${name}: ${value}`));

/**
 * @param {{ about: string, url: string, method: string, headers: [string, string][], body: string | null, file?: string }[]} requests
 * @param {string} mark stands where the key belongs
 */
export function shell(requests, mark) {
  return requests.map(({ about, url, method, headers, body, file }) => text(`# ${about}`, [
    `curl -sS --fail-with-body ${quoted(url)}`,
    ...(method !== "GET" && body === null ? [`-X ${method}`] : []),
    ...headers.map(([name, value]) => `-H ${header(name, value, mark)}`),
    ...(body === null ? [] : [`--data-raw ${quoted(body)}`]),
    ...(file ? [`-L -o ${quoted(file)}`] : []),
  ].join(" \\\n  "))).join("\n");
}
