// Until when a signed address holds, by the parameters that the clouds sign with.

/** Seconds of a lifetime, with the parameter that says from when. */
const spans: [lifetime: string, from: string][] = [["X-Amz-Expires", "X-Amz-Date"], ["X-Goog-Expires", "X-Goog-Date"], ["X-Tos-Expires", "X-Tos-Date"], ["x-oss-expires", "x-oss-date"]];
/** Seconds since 1970. */
const instants = ["Expires", "expires", "exp", "e", "expire", "deadline", "auth_expires"];
const signatures = /^(x-(amz|goog|tos|oss)-(signature|credential)|x-oss-signature.*|signature|sig|sign|token|policy|key-pair-id|q-signature|auth_key|hmac|st|wssecret|tx_sign)$/i;

export interface Signed {
  signed: boolean;
  /** ms since 1970; null where the address does not tell. */
  expiresAt: number | null;
}

export function signedOf(address: string): Signed {
  const query = URL.canParse(address) && /^https?:/i.test(address) ? new URL(address).searchParams : new URLSearchParams();
  const expiresAt = expiryOf(query);
  return { signed: expiresAt !== null || [...query.keys()].some((name) => signatures.test(name)), expiresAt };
}

function expiryOf(query: URLSearchParams): number | null {
  for (const [lifetime, from] of spans) {
    const [seconds, begun] = [Number(query.get(lifetime) ?? Number.NaN), basic(query.get(from))];
    if (Number.isFinite(seconds) && begun !== null) return begun + seconds * 1_000;
  }
  const plain = instants.map((name) => query.get(name)).find((value) => value !== null && /^\d{10}$/.test(value));
  if (plain) return Number(plain) * 1_000;
  // Azure: a date. Tencent: begin;end. Alibaba's CDN: the time first.
  const azure = Date.parse(query.get("se") ?? "");
  if (!Number.isNaN(azure) && query.has("sig")) return azure;
  const other = /^\d{10};(\d{10})$/.exec(query.get("q-sign-time") ?? "") ?? /^(\d{10})-/.exec(query.get("auth_key") ?? "");
  return other ? Number(other[1]) * 1_000 : null;
}

/** 20261122T101500Z */
function basic(text: string | null): number | null {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "");
  if (!found) return null;
  const [, year, month, day, hour, minute, second] = found;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
