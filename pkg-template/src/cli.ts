#!/usr/bin/env node
// The command line.
import { setMaxListeners } from "node:events";
import { main } from "./cli/main.ts";

// Every task of a list listens to one signal; Node takes more than ten for a leak, and says so in between.
setMaxListeners(0);
process.exitCode = await main(process.argv.slice(2));
