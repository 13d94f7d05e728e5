// The built package. The demo's server shows its dist folder as /pkg/; a plain file server beside a checkout has all of it.
export const { createClient, formats, isReelayError } = await import("../pkg/index.mjs").catch(() => import("../pkg/dist/index.mjs"));
