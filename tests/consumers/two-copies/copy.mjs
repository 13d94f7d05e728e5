// The copy of the package that this folder has. A file of this text is in `other/` too, with a node_modules of its own.
export * as main from "reelay";
export * as slim from "reelay/slim";
export { save } from "reelay/node";
export { mockRelay } from "reelay/testing";
