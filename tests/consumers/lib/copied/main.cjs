const { createClient, isReelayError, ReelayError } = require("reelay");

import("./calls.mjs").then(async ({ calls }) => {
  console.log(JSON.stringify(await calls({ createClient, isReelayError, ReelayError }, process.argv[2])));
});
