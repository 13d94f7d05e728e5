// All that an import must not do.
const timer = setInterval(() => {}, 60_000);
globalThis.end = () => clearInterval(timer);
process.on("exit", () => {});
fetch("data:,");
WebAssembly.validate(new Uint8Array());
export const one = 1;
