// The page's own address: what it names is filled in, and it follows the task. It never holds the key.

/** What `?id=` and its companions name. */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  return { id: query.get("id"), baseUrl: query.get("base"), format: query.get("format") };
}

/** @param {{ id: string, baseUrl: string, format: string }} target */
export function writeAddress({ id, baseUrl, format }, usualBase) {
  const query = new URLSearchParams({ id });
  if (baseUrl !== usualBase) query.set("base", baseUrl);
  if (format !== "auto") query.set("format", format);
  history.replaceState(null, "", `?${query}`);
}
