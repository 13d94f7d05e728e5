// The package for workerd, which compiles no bytes at run time: there the core is a module of its own.
import module from "./reelay_bg.wasm";
import { startFrom } from "./start.ts";

startFrom(async () => module);

export * from "./api.ts";
