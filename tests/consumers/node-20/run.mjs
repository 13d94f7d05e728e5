export * from "../lib/node.mjs";
