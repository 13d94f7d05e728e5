// What a saved file is called.

const types: Record<string, string> = {
  mp4: "video/mp4", webm: "video/webm", mov: "video/quicktime", webp: "image/webp", png: "image/png", jpg: "image/jpeg",
  mp3: "audio/mpeg", wav: "audio/wav", m4a: "audio/mp4",
};

/** Longer names are cut; some file systems end at 143 bytes. */
const LONGEST = 100;
/** What some system refuses, and what turns the direction of what follows it: `clip<U+202E>4pm.exe` looks like a video. */
const unsafe = /[\p{Cc}\p{Surrogate}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/gu;
/** Names that Windows keeps for devices, whatever follows the dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const anEnding = /\.([a-z][a-z0-9]{1,4})$/i;

/** A name that every system takes, with an ending: its own, else that of the media type, else the one given. */
export function fileNameOf(name: string, mediaType: string | null, otherwise: string): string {
  // Windows takes no dot and no space at the end; a dot at the start hides a file elsewhere.
  const safe = name.replace(unsafe, "_").trim().replace(/^\.+/, "_").replace(/[. ]+$/, "");
  const [, own = Object.keys(types).find((ending) => types[ending] === mediaType?.split(";")[0]) ?? otherwise] = anEnding.exec(safe) ?? [];
  const stem = [...safe.replace(anEnding, "")].slice(0, LONGEST).join("") || "video";
  return `${device.test(stem) ? "_" : ""}${stem}.${own}`;
}

/** The media type that a name's ending stands for. */
export const typeOf = (name: string): string | undefined => types[anEnding.exec(name)?.[1]?.toLowerCase().replace("jpeg", "jpg") ?? ""];
