// One program of both kinds. Each way an error is thrown by one side and looked at by the other.
import { createRequire } from "node:module";
import * as imported from "reelay";
import { save } from "reelay/node";

const require = createRequire(import.meta.url);
const required = require("reelay");
const thrown = async ({ parseTaskRef }) => {
  try {
    parseTaskRef({});
  } catch (error) {
    return error;
  }
};
const [first, second, third] = [await thrown(imported), await thrown(required), await require("reelay/node").save(null, "a").catch((error) => error)];
console.log(JSON.stringify({
  sameClass: imported.ReelayError === required.ReelayError,
  sameSave: save === require("reelay/node").save,
  mine: [first, second, third].map((error) => error instanceof imported.ReelayError),
  brand: [first, second, third].map((error) => [imported.isReelayError(error), required.isReelayError(error), error.code]),
}));
