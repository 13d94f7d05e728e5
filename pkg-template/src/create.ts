// Having something made: what the caller wants is read once; the core says what is sent, and the bytes are put into it here.
import { dataUrl } from "./data-url.ts";
import { invalid } from "./error.ts";
import { flatten } from "./flatten.ts";
import { sentOnce } from "./host.ts";
import { copied } from "./named.ts";
import type { CreateRequest } from "./types.ts";

type Fields = Record<string, unknown>;

/** What is to be made, as the core takes it, and what never crosses into it. */
export interface Order {
  flat: string;
  files: Blob[];
  extra: Fields;
}

/** What reads a caller's request. */
export type Reads = () => { images?: unknown; extra?: unknown } & Fields;

/** Reads a request. Its images may be addresses, files, or data: URLs, which are files, too. */
export function ordered(read: Reads): Order {
  return copied(() => {
    const { images, extra = {}, ...rest } = read();
    const files: Blob[] = [];
    const put = (image: unknown, at: number) => {
      const file = isFile(image) ? image : fileOf(image, at);
      if (file) files[at] = file;
      return file ? at : image;
    };
    if (!isPlain(extra)) throw invalid("extra must be a plain object.");
    return { flat: flatten({ ...rest, images: Array.isArray(images) ? images.map(put) : images }), files, extra: merged({}, extra) };
  });
}

/** The fields that every format has, each read once. */
export function fieldsOf({ model, prompt, images, seconds, size, aspectRatio, kind, video, extra }: CreateRequest) {
  const clip = typeof video === "object" && video !== null ? (video.videoUrl ?? "") : video;
  return { model: model ?? "", prompt: prompt ?? "", images, seconds, size, aspectRatio, kind, video: clip, extra };
}

function fileOf(image: unknown, at: number): Blob | undefined {
  if (typeof image !== "string" || !/^data:/i.test(image)) return undefined;
  try {
    const { bytes, mediaType } = dataUrl(image);
    return new Blob([bytes], { type: mediaType ?? "" });
  } catch (cause) {
    throw invalid(`images[${at}] is a data: URL that cannot be decoded.`, cause);
  }
}

/** The body that is sent: the core's, with the bytes where its tokens stand, and the caller's own fields over it. */
export async function bodyOf(template: string, form: boolean, { files, extra }: Order): Promise<BodyInit> {
  let parts: (Part | undefined)[];
  try {
    parts = await Promise.all(files.map((file) => partOf(file, form)));
  } catch (cause) {
    throw invalid("A file cannot be read.", cause);
  }
  return copied(() => {
    const fields = JSON.parse(template, (_, value: unknown) => {
      if (typeof value !== "string" || value[0] !== "\0") return value;
      const { file, type, base64 } = parts[Number(value.slice(2))]!;
      // src/create.rs tells the letters.
      if (value[1] === "f") return file;
      if (value[1] === "t") return type;
      return value[1] === "u" ? `data:${type};base64,${base64}` : base64;
    }) as Fields;
    const all = merged(fields, extra);
    return form ? formOf(all) : sentOnce(JSON.stringify(all));
  });
}

interface Part {
  file: Blob;
  type: string;
  base64: string;
}

/** By the first character of base64, which is six bits of the file's own mark. */
const TYPES: Record<string, string> = { i: "png", "/": "jpeg", U: "webp", R: "gif", A: "mp4" };

async function partOf(file: Blob, form: boolean): Promise<Part> {
  const base64 = base64Of(new Uint8Array(await (form ? file.slice(0, 1) : file).arrayBuffer()));
  const name = TYPES[base64[0]!] ?? "png";
  const type = file.type || `${name === "mp4" ? "video" : "image"}/${name}`;
  return { file: form ? new File([file], (file as File).name ?? `file.${type.split("/")[1]}`, { type }) : file, type, base64 };
}

/** As many bytes at once as a call takes arguments; a multiple of three. */
const STRIDE = 24_576;

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += STRIDE) text += btoa(String.fromCharCode(...bytes.subarray(at, at + STRIDE)));
  return text;
}

function formOf(fields: Fields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (isFile(value)) form.append(name, value);
    else if (value !== undefined && value !== null) form.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return form;
}

/** One object over another, and plain objects in them in the same way; undefined takes a field away. */
function merged(under: Fields, over: Fields): Fields {
  const all = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = all[name];
    all[name] = isPlain(value) ? merged(isPlain(below) ? below : {}, value) : value;
  }
  return all;
}

const isPlain = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** A Blob, of whatever realm. */
export const isFile = (value: unknown): value is Blob =>
  typeof (value as Blob | null)?.arrayBuffer === "function" && typeof (value as Blob).slice === "function";
