// The package for browsers, Node, Deno and Bun.
import { inlineCore } from "./inline-core.ts";
import { startFrom } from "./start.ts";

startFrom(inlineCore);

export * from "./api.ts";
