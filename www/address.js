// The page's own address: what it names is filled in, and it follows the tasks. It never holds the key.

import { formats } from "./package.js";

/** What `?id=` and its companions name. One format is that of all tasks; as many as there are ids, each its own. */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  const ids = [...new Set(query.getAll("id").map((id) => id.trim()).filter(Boolean))];
  const named = query.getAll("format");
  const formatAt = (at) => (named.length > 1 ? named[at] : named[0]);
  return {
    via: query.get("via") === "proxy" ? "proxy" : "direct",
    baseUrl: query.get("base"),
    prefix: query.get("prefix") ?? "",
    tasks: ids.map((id, at) => ({ id, format: formats.includes(formatAt(at)) ? formatAt(at) : "auto" })),
  };
}

/** @param {import("./board.js").Board} board */
export function writeAddress({ relay: { via, baseUrl, prefix }, runs }, usualBase) {
  const query = new URLSearchParams(runs.map(({ target }) => ["id", target.id]));
  const named = runs.map(({ target }) => target.format);
  if (via === "proxy") query.set("via", via);
  if (baseUrl !== usualBase) query.set("base", baseUrl);
  if (prefix) query.set("prefix", prefix);
  if (new Set(named).size > 1) for (const format of named) query.append("format", format);
  else if (named[0] && named[0] !== "auto") query.set("format", named[0]);
  history.replaceState(null, "", query.size > 0 ? `?${query}` : location.pathname);
}
