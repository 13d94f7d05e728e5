// The relay that a command speaks to, and the key for it.
import { readFileSync } from "node:fs";
import { createClient, type Client, type ClientOptions } from "#reelay";
import type { Args } from "./args.ts";
import { Usage } from "./exit.ts";
import type { Out } from "./out.ts";

export function relayOf({ values }: Args, out: Out, more: Partial<ClientOptions> = {}): Client {
  const apiKey = keyOf(values["key-file"]);
  if (apiKey) out.hide(apiKey);
  return createClient({ baseUrl: baseUrlOf(values), format: (values.format ?? "auto") as "auto", ...apiKey ? { apiKey } : {}, ...more });
}

export function baseUrlOf(values: Args["values"]): string {
  const from = values["base-url"] === undefined ? "REELAY_BASE_URL" : "--base-url";
  const text = values["base-url"] ?? process.env["REELAY_BASE_URL"];
  if (!text) throw new Usage("Which relay? Give --base-url URL, or set REELAY_BASE_URL.");
  if (!URL.canParse(text)) throw new Usage(`${from} is not a URL such as https://relay.example.`);
  const { username, password, search } = new URL(text);
  // They would be keys of a kind, and shown with the address.
  if (username || password || search) throw new Usage(`${from} must have no user, password or query.`);
  return text;
}

function keyOf(file: string | undefined): string | undefined {
  if (file === undefined) return process.env["REELAY_API_KEY"]?.trim() || undefined;
  let key: string;
  try {
    key = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Usage(`--key-file cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).name}.`);
  }
  if (key === "") throw new Usage("--key-file is empty.");
  if (/\s/.test(key)) throw new Usage("--key-file must hold the key and nothing else.");
  return key;
}
