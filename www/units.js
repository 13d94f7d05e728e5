// Numbers as people read them.

/** 83 000 ms: "1:23". */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** 1 234 ms: "1.2 s". */
export const seconds = (ms) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

/** 0.456: "46 %". */
export const percent = (fraction) => (fraction === null ? "" : `${Math.round(fraction * 100)} %`);

export function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  if (count < 1e6) return `${(count / 1e3).toFixed(0)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

/** "relay.example", or null of what is no URL. */
export const hostOf = (url) => (URL.canParse(url) ? new URL(url).host : null);

/** 3, "event": "3 events". */
export const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Origin and path: what follows may be a signature. */
export function bareUrl(url) {
  if (!URL.canParse(url)) return "an address that is no URL";
  const { protocol, origin, pathname } = new URL(url);
  return protocol === "data:" ? `data:${pathname.slice(0, pathname.search(/[;,]/))}` : origin + pathname;
}
